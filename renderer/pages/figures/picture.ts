import type { StudioClient } from '../../host/connection.ts';

type Preview = Awaited<ReturnType<StudioClient['figures']['preview']>>;

/** A figure as it is drawn: its SVG is the file that is exported. */
export interface Picture extends Omit<Preview, 'svg'> {
  readonly svg: string;
  readonly file: Blob;
  /** Points, of 72 to the inch. */
  readonly width: number;
  readonly height: number;
}

export function pictureOf(preview: Preview): Picture {
  const [, width = '', height = ''] =
    /^<svg[^>]* width="([\d.]+)pt" height="([\d.]+)pt"/.exec(preview.svg) ?? [];
  return {
    ...preview,
    file: new Blob([preview.svg], { type: 'image/svg+xml' }),
    width: Number(width),
    height: Number(height),
  };
}
