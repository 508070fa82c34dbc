/** So many characters of a log are kept: some two thousand lines. */
const mostCharacters = 200_000;

/** A part of a log as a host gives it. */
export interface LogPart {
  readonly text: string;
  readonly from: number;
  readonly next: number;
  readonly size: number;
}

/** The end of a log that grows, put together from its parts. */
export class LogTail {
  text = '';
  /** Where the next part begins, in bytes; null asks for the end. */
  next: number | null = null;
  /** Whether the log begins before the text does. */
  isCut = false;

  /** @returns whether there is more to be asked for at once. */
  take({ text, from, next, size }: LogPart): boolean {
    if (this.next !== null && size < this.next) {
      // The replicate was trained anew, and so was its log begun.
      this.text = '';
      this.next = null;
      this.isCut = false;
      return true;
    }
    if (this.next === null) this.isCut = from > 0;
    this.text += text;
    this.next = next;
    if (this.text.length > mostCharacters) {
      const start = this.text.indexOf('\n', this.text.length - mostCharacters) + 1;
      this.text = this.text.slice(start === 0 ? -mostCharacters : start);
      this.isCut = true;
    }
    return text !== '' && next < size;
  }
}
