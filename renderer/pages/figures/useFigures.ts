import { defineStore } from 'pinia';
import { computed, onScopeDispose, ref, shallowReactive, shallowRef, watch } from 'vue';
import type { FigureEdits } from '../../../src/figures/edits.ts';
import { describeFigure, type FigureName } from '../../../src/figures/names.ts';
import type { NoisefloorError } from '../../../src/study/errors.ts';
import { useConnection, type StudioClient } from '../../host/connection.ts';
import { asNoisefloorError, useQuery } from '../../host/query.ts';
import { essentialEdits } from '../../measures/figureEdits.ts';
import { LastUsed } from '../../measures/lastUsed.ts';
import { nearestEpoch } from '../../measures/nearestEpoch.ts';
import { useOpenStudy } from '../../stores/openStudy.ts';
import { useSelection } from '../../stores/selection.ts';
import { pictureOf, type Picture } from './picture.ts';
import { useFigureEdits } from './useFigureEdits.ts';

export type ListedFigure = Awaited<ReturnType<StudioClient['figures']['list']>>['items'][number];
export type FigurePart = keyof FigureEdits;

/** What is shown of a figure: its last picture, until there is one of what is wanted now. */
interface Shown {
  /** Library and study. */
  readonly of: string;
  /** What the last answer was to. */
  readonly key: string;
  readonly picture: Picture | null;
  readonly error: NoisefloorError | null;
}

const mostPictures = 96;
/** A change that follows on another waits so long for the next. */
const pauseMilliseconds = 120;
/** While a study is trained its figures are listed anew no more often than this. */
const restMilliseconds = 3_000;

/** The figures of the selected study: which there are, their pictures, and what a person changes of the chosen one. */
export const useFigures = defineStore('figures', () => {
  const { client, library } = useConnection();
  const open = useOpenStudy();
  const selection = useSelection();
  const edits = useFigureEdits();

  // Other pages ask nothing; what was asked last stays until there is another question.
  let lastKey: string | null = null;
  const query = useQuery({
    key: () => {
      const { page, study } = selection.current;
      if (page !== 'figures') return lastKey;
      return (lastKey = open.detail?.id === study ? study : null);
    },
    ask: async (host, study, signal) => {
      const answered = edits.listing();
      const { items } = await host.figures.list({ study }, { signal });
      answered();
      return items;
    },
  });
  let timer: ReturnType<typeof setTimeout> | null = null;
  watch(
    () => [open.replicates, open.detail],
    () => {
      if (query.value.value === null || selection.current.page !== 'figures') return;
      timer ??= setTimeout(() => {
        timer = null;
        void query.reload();
      }, restMilliseconds);
    },
  );

  const listed = computed<readonly ListedFigure[]>(() => query.value.value ?? []);
  const chosen = computed(() => listed.value.find(({ name }) => name === selection.current.figure) ?? null);
  const editsOf = (item: ListedFigure): FigureEdits => edits.of(item.name, item.edits);
  /** Every figure with its changes as they are in this window. */
  const items = computed(() => listed.value.map((item) => ({ ...item, edits: editsOf(item) })));

  const recordedEpochs = computed(() => [
    ...new Set((open.detail?.recorded ?? []).map(({ epoch }) => epoch)),
  ]);
  /** The recorded epoch that is drawn; null is the last. */
  const epoch = computed(() =>
    selection.current.epoch === null ? null : nearestEpoch(recordedEpochs.value, open.epoch),
  );

  const place = computed(() => JSON.stringify([library.value?.id ?? null, selection.current.study]));
  /** Names a picture by all that it depends on. */
  const keyOf = (item: ListedFigure): string | null =>
    item.available
      ? JSON.stringify([place.value, item.name, epoch.value, item.revision, editsOf(item)])
      : null;

  const pictures = new LastUsed<Picture>(mostPictures);
  const shown = shallowReactive(new Map<FigureName, Shown>());
  const shownOf = (name: FigureName): Shown | null => {
    const last = shown.get(name);
    return last?.of === place.value ? last : null;
  };
  function show(name: FigureName, key: string, picture: Picture | null, error: NoisefloorError | null): void {
    const last = shownOf(name);
    shown.set(name, { of: place.value, key, picture: picture ?? last?.picture ?? null, error });
  }

  async function draw(item: ListedFigure, key: string, signal: AbortSignal): Promise<void> {
    const { study } = selection.current;
    const host = client.value;
    if (host === null || study === null) return;
    const { name: figure } = item;
    try {
      const given = { study, figure, epoch: epoch.value, edits: editsOf(item) };
      const picture = pictureOf(await host.figures.preview(given, { signal }));
      pictures.set(key, picture);
      if (!signal.aborted) show(figure, key, picture, null);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asNoisefloorError(thrown);
      // The connection is made again, and then the picture is asked for again.
      if (error.code === 'connection-lost') return;
      show(figure, key, null, error);
      // What the list says of it is not so any more.
      if (error.code === 'figure-unavailable') void query.reload();
    }
  }

  const chosenKey = computed(() => (chosen.value === null ? null : keyOf(chosen.value)));
  let drawing = new AbortController();
  let pause: ReturnType<typeof setTimeout> | undefined;
  function drawChosen(waits: boolean): void {
    drawing.abort();
    clearTimeout(pause);
    const [item, key] = [chosen.value, chosenKey.value];
    if (item === null || key === null) return;
    const known = pictures.find(key);
    if (known !== undefined) {
      show(item.name, key, known, null);
      return;
    }
    const { signal } = (drawing = new AbortController());
    const begin = (): void => void draw(item, key, signal);
    if (waits) pause = setTimeout(begin, pauseMilliseconds);
    else begin();
  }
  let lastDrawn: string | null = null;
  watch(
    [chosenKey, client] as const,
    ([key]) => {
      const name = chosen.value?.name ?? null;
      drawChosen(key !== null && name === lastDrawn && shownOf(selection.current.figure) !== null);
      lastDrawn = name;
    },
    { immediate: true },
  );

  /** Figures whose thumbnails are in sight; those are drawn one after the other. */
  const seen = shallowReactive(new Set<FigureName>());
  const nextThumbnail = computed(() => {
    if (selection.current.page !== 'figures' || isDrawing.value) return null;
    for (const item of listed.value) {
      const key = seen.has(item.name) && item !== chosen.value ? keyOf(item) : null;
      if (key !== null && shownOf(item.name)?.key !== key) return { item, key };
    }
    return null;
  });
  const isDrawing = computed(
    () => chosenKey.value !== null && shownOf(selection.current.figure)?.key !== chosenKey.value,
  );
  const thumbnail = shallowRef<{ key: string; controller: AbortController } | null>(null);
  watch(
    [() => nextThumbnail.value?.key ?? null, client] as const,
    ([key]) => {
      const next = nextThumbnail.value;
      if (thumbnail.value?.key === key) return;
      thumbnail.value?.controller.abort();
      thumbnail.value = null;
      if (next === null || client.value === null) return;
      const known = pictures.find(next.key);
      if (known !== undefined) {
        show(next.item.name, next.key, known, null);
        return;
      }
      const controller = new AbortController();
      thumbnail.value = { key: next.key, controller };
      void draw(next.item, next.key, controller.signal);
    },
    { immediate: true, flush: 'post' },
  );

  watch(place, () => {
    shown.clear();
    seen.clear();
  });
  onScopeDispose(() => {
    drawing.abort();
    thumbnail.value?.controller.abort();
    clearTimeout(pause);
    if (timer !== null) clearTimeout(timer);
  });

  const picture = computed(() => shownOf(selection.current.figure)?.picture ?? null);
  const chosenEdits = computed<FigureEdits>(() => (chosen.value === null ? {} : editsOf(chosen.value)));

  /** Changes a part of the chosen figure; undefined takes the part back. */
  function change<Part extends FigurePart>(part: Part, value: FigureEdits[Part], what: string = part): void {
    const item = chosen.value;
    if (item === null) return;
    const before = chosenEdits.value;
    const series = picture.value?.series ?? [];
    const after = essentialEdits(
      { ...before, [part]: value },
      { span: describeFigure(item.name).span, series },
    );
    edits.change(item.name, before, after, what);
  }

  return {
    query,
    items,
    recordedEpochs,
    epoch,
    /** The chosen figure as it is listed; null until the list is there. */
    chosen,
    picture,
    /** Whether another picture of the chosen figure is on its way. */
    isDrawing,
    error: computed(() => (isDrawing.value ? null : (shownOf(selection.current.figure)?.error ?? null))),
    edits: chosenEdits,
    /** As it was drawn last. */
    pictureOf: (name: FigureName): Picture | null => shownOf(name)?.picture ?? null,
    /** Why a figure's thumbnail could not be drawn. */
    failureOf: (name: FigureName): NoisefloorError | null => shownOf(name)?.error ?? null,
    see: (name: FigureName, isSeen: boolean): void => {
      if (isSeen) seen.add(name);
      else seen.delete(name);
    },
    /** How the picture looked as it fits the page or as it is printed. */
    zoom: ref<'printed' | 'fit'>('printed'),
    change,
    /** What stands in place of a text of the chosen figure; empty where it stands itself. */
    otherText: (text: string): string => {
      const labels = chosenEdits.value.labels ?? {};
      return Object.hasOwn(labels, text) ? (labels[text] ?? '') : '';
    },
    /** Puts another text in place of one of the chosen figure; nothing but blanks takes that back. */
    relabel: (text: string, other: string): void => {
      const { [text]: _before, ...others } = chosenEdits.value.labels ?? {};
      change('labels', other.trim() === '' ? others : { ...others, [text]: other }, `label ${text}`);
    },
    /** Takes everything back that was changed of the chosen figure. */
    reset: (): void => {
      if (chosen.value !== null) edits.change(chosen.value.name, chosenEdits.value, {}, 'all');
    },
    /** Asks again for what could not be drawn. */
    retry: async (): Promise<void> => {
      for (const [name, { error }] of shown) if (error !== null) shown.delete(name);
      drawChosen(false);
      await query.reload();
    },
  };
});
