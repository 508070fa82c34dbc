import type Database from 'better-sqlite3';
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
} from 'kysely';
import type { LibrarySchema } from './schema.ts';
import { translatingErrors } from './sqliteError.ts';

/** Builds queries and checks their types; it never runs them. */
export const query = new Kysely<LibrarySchema>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Anything of {@link query} that is ready to run and gives rows of type `Result`. */
export interface Compilable<Result> {
  compile(): CompiledQuery<Result>;
}

/** An open library: runs compiled queries one after the other, in its own thread's time. */
export class Connection {
  readonly path: string;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(path: string, database: Database.Database) {
    this.path = path;
    this.#database = database;
  }

  /** @returns every row of a query. */
  all<Result>(compilable: Compilable<Result>): Result[] {
    const { sql, parameters } = compilable.compile();
    return translatingErrors(this.path, () => this.#prepare(sql).all(...parameters)) as Result[];
  }

  /** Gives the values of each row to `take`, in the order of the columns, without keeping any: for very many rows. */
  each<Result>(compilable: Compilable<Result>, take: (values: readonly unknown[]) => void): void {
    const { sql, parameters } = compilable.compile();
    translatingErrors(this.path, () => {
      // A statement of its own: in this mode one gives arrays to everybody.
      for (const values of this.#database
        .prepare(sql)
        .raw()
        .iterate(...parameters)) {
        take(values as readonly unknown[]);
      }
    });
  }

  /** @returns the first row of a query, or undefined. */
  first<Result>(compilable: Compilable<Result>): Result | undefined {
    const { sql, parameters } = compilable.compile();
    return translatingErrors(this.path, () => this.#prepare(sql).get(...parameters)) as Result | undefined;
  }

  /** @returns how many rows changed, and the key of the last one inserted. */
  run(compilable: Compilable<unknown>): { changes: number; key: number } {
    const { sql, parameters } = compilable.compile();
    const { changes, lastInsertRowid } = translatingErrors(this.path, () =>
      this.#prepare(sql).run(...parameters),
    );
    return { changes, key: Number(lastInsertRowid) };
  }

  /** Does all of `work` or, if it throws, none of it; no other connection writes meanwhile. */
  write<Result>(work: () => Result): Result {
    return translatingErrors(this.path, () => this.#database.transaction(work).immediate());
  }

  /** Does `work` on one state of the library, whatever others write meanwhile. */
  read<Result>(work: () => Result): Result {
    return translatingErrors(this.path, () => this.#database.transaction(work).deferred());
  }

  /** Gives the pages that deleted rows left back to the file system. */
  shrink(): void {
    translatingErrors(this.path, () => {
      this.#database.pragma('incremental_vacuum');
      this.#database.pragma('wal_checkpoint(TRUNCATE)');
    });
  }

  close(): void {
    this.#database.close();
  }

  #prepare(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) {
      return known;
    }
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
