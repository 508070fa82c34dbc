import { defineStore } from 'pinia';
import { ref, shallowRef, watch } from 'vue';
import { figureFormats, usualDpi, type FigureFormat } from '../../../src/figures/formats.ts';
import { useConnection, type StudioClient } from '../../host/connection.ts';
import { asNoisefloorError } from '../../host/query.ts';
import { saveFile } from '../../host/saveFile.ts';
import { byteSize } from '../../measures/format.ts';
import { useLongTask } from '../../stores/longTask.ts';
import { useOpenStudy } from '../../stores/openStudy.ts';
import { useSelection } from '../../stores/selection.ts';
import { useToasts } from '../../stores/toasts.ts';
import { FigureArchive } from './figureArchive.ts';
import { useFigureEdits } from './useFigureEdits.ts';
import { useFigures } from './useFigures.ts';

type Exported = Awaited<ReturnType<StudioClient['figures']['export']>>;
type ExportEvent =
  ReturnType<StudioClient['figures']['exportAll']> extends AsyncIterableIterator<infer Event> ? Event : never;

export const formatNames: Readonly<Record<FigureFormat, string>> = {
  svg: 'SVG',
  pdf: 'PDF',
  png: 'PNG',
  csv: 'CSV',
  tex: 'LaTeX',
};
const mediaTypes: Readonly<Record<FigureFormat, string>> = {
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  png: 'image/png',
  csv: 'text/csv',
  tex: 'text/x-tex',
};
export const dpiChoices = [150, 300, 600, 1200] as const;

/** Files of figures: the chosen one, saved or copied, and all of a study at once. */
export const useFigureFiles = defineStore('figureFiles', () => {
  const { client } = useConnection();
  const open = useOpenStudy();
  const selection = useSelection();
  const toasts = useToasts();
  const figures = useFigures();
  const edits = useFigureEdits();
  const dpi = ref<number>(usualDpi);
  /** The format of which a file is being made. */
  const making = ref<FigureFormat | null>(null);
  /** What there is to know of the file that was made last of the chosen figure. */
  const notes = shallowRef<readonly string[]>([]);
  watch([() => selection.current.figure, () => figures.edits], () => (notes.value = []));

  const studyId = (): string => open.detail?.id ?? 'study';

  async function make(format: FigureFormat): Promise<Exported> {
    const { study, figure } = selection.current;
    const host = client.value;
    if (host === null || study === null) throw new Error('There is no connection to the host at the moment.');
    making.value = format;
    try {
      const made = await host.figures.export({
        ...{ study, figure, epoch: figures.epoch, edits: figures.edits, format },
        ...(format === 'png' ? { dpi: dpi.value } : {}),
      });
      notes.value = made.notes;
      return made;
    } finally {
      making.value = null;
    }
  }

  const copyText = (text: string, what: string): Promise<boolean> =>
    toasts.attempt(async () => {
      await navigator.clipboard.writeText(text);
      toasts.say(`Copied ${what}.`);
    });

  const task = useLongTask<ExportEvent>();
  const formats = ref<readonly FigureFormat[]>(['pdf']);
  /** What became of every figure that has been drawn. */
  const results = shallowRef<readonly ExportEvent[]>([]);

  async function exportAll(): Promise<void> {
    const { study } = selection.current;
    const host = client.value;
    if (host === null || study === null) return;
    results.value = [];
    const archive = new FigureArchive();
    const adding: Promise<void>[] = [];
    const hasEnded = await task.follow(
      async function* (signal) {
        // All are drawn as they are saved.
        await edits.saveAll();
        const wanted = figureFormats.filter((format) => formats.value.includes(format));
        yield* host.figures.exportAll(
          { study, epoch: figures.epoch, formats: wanted, dpi: dpi.value },
          { signal },
        );
      },
      (event) => {
        results.value = [
          ...results.value,
          { ...event, files: event.files.map(({ name }) => ({ name, bytes: new Uint8Array() })) },
        ];
        adding.push(archive.add(event));
      },
    );
    await Promise.all(adding);
    if (!hasEnded || archive.isEmpty) return;
    const file = archive.finish();
    saveFile(`${studyId()}-figures.zip`, file, 'application/zip');
    toasts.say(`Saved ${studyId()}-figures.zip, ${byteSize(file.size)}.`);
  }

  return {
    ...{ dpi, making, notes, formats, results, exportAll },
    isExporting: task.isRunning,
    exportError: task.error,
    cancelExport: task.cancel,
    save: (format: FigureFormat): Promise<boolean> =>
      toasts.attempt(async () => {
        const { name, bytes } = await make(format);
        saveFile(`${studyId()}-${name}`, bytes, mediaTypes[format]);
        toasts.say(`Saved ${studyId()}-${name}, ${byteSize(bytes.length)}.`);
      }),
    copyCaption: (): Promise<boolean> => copyText(figures.picture?.caption ?? '', 'the caption'),
    copySvg: (): Promise<boolean> =>
      toasts.attempt(async () => {
        const { bytes } = await make('svg');
        await copyText(new TextDecoder().decode(bytes), 'the figure as SVG');
      }),
    copyTable: (): Promise<boolean> =>
      toasts.attempt(async () => {
        const { bytes } = await make('tex');
        await copyText(new TextDecoder().decode(bytes), 'the table for LaTeX');
      }),
    copyImage: (): Promise<boolean> =>
      toasts.attempt(async () => {
        // A browser lets the clipboard be written at the press of a button: the image is promised then, and made after.
        const image = make('png').then(
          ({ bytes }) => new Blob([new Uint8Array(bytes)], { type: 'image/png' }),
        );
        await navigator.clipboard
          .write([new ClipboardItem({ 'image/png': image })])
          // Why there is no image says more than that there is none.
          .catch((error: unknown) => image.then(() => Promise.reject(asNoisefloorError(error))));
        toasts.say(`Copied the figure as an image of ${dpi.value} dots an inch.`);
      }),
  };
});
