/** A column of a table of rows. */
export interface TableColumn<Row> {
  readonly key: string;
  readonly title: string;
  readonly numeric: boolean;
  /** Pixels that it needs at least, and its share of what is left. */
  readonly width: number;
  readonly share: number;
  /** Whether its numbers are what the table is about. */
  readonly isStrong?: boolean;
  text(row: Row): string;
}

/** How the chosen rows change when another is gone to. */
export type Choosing = 'only' | 'range' | 'toggle' | 'move';

export interface TableSorting {
  readonly key: string;
  readonly descending: boolean;
}
