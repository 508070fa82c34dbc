import type { Channel } from '../../contract/channel.ts';
import type { CallContext, Implementation } from '../../contract/procedure.ts';
import { serveContract } from '../../contract/responder.ts';
import type { ShownLibrary } from '../../contract/setup.ts';
import { studioContract, type StudioContract } from '../../contract/studio.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { Feed } from './feed.ts';
import type { OpenedLibrary, StudioHost } from './studioHost.ts';

type Window = Implementation<StudioContract>;
type State = { type: 'state'; state: ShownLibrary };

/** Lets a host answer a window over a channel until the channel ends. */
export function serveWindow(host: StudioHost, channel: Channel): void {
  serveContract(studioContract, new StudioWindow(host).implementation, channel);
}

/** One window's side of a host: which of its libraries the window shows, and all answers from there. */
class StudioWindow {
  readonly implementation: Window;
  readonly #host: StudioHost;
  readonly #feed = new Feed<ShownLibrary, State>(() => this.#state(), {
    canWait: () => false,
    replaces: () => true,
  });
  #shown: { opened: OpenedLibrary; isStart: boolean } | null = null;
  /** Settles when the last change that was asked for is made or refused. */
  #turn: Promise<unknown>;

  constructor(host: StudioHost) {
    this.#host = host;
    this.#turn = this.#show(() => host.start()).catch(() => undefined);
    this.implementation = this.#implementation();
  }

  /** Shows another library; where it cannot be opened the one before stays. Changes are made in the order asked for. */
  async #change(find: () => Promise<OpenedLibrary>): Promise<{ library: ShownLibrary }> {
    const change = this.#turn.then(() => this.#show(find));
    this.#turn = change.catch(() => undefined);
    await change;
    return { library: this.#state() };
  }

  async #show(find: () => Promise<OpenedLibrary>): Promise<void> {
    const opened = await find();
    if (opened === this.#shown?.opened) return;
    const start = await this.#host.start().catch(() => null);
    this.#shown = { opened, isStart: opened === start };
    this.#feed.publish({ type: 'state', state: this.#state() });
  }

  #state(): ShownLibrary {
    if (this.#shown === null) {
      throw new NoisefloorError('library-none', 'No library is open in this window. Choose one.');
    }
    const { opened, isStart } = this.#shown;
    return { id: opened.offered.id, kind: opened.offered.kind, path: opened.file, isStart };
  }

  /** The library that answers now. @throws NoisefloorError why there is none. */
  async #current(): Promise<OpenedLibrary> {
    await this.#turn;
    if (this.#shown === null) await this.#change(() => this.#host.start());
    if (this.#shown === null) throw new NoisefloorError('library-none', 'No library is open in this window.');
    return this.#shown.opened;
  }

  /** Where plans are made and stored: never in the sample. */
  async #workplace(): Promise<OpenedLibrary> {
    const current = await this.#current();
    return current.offered.kind === 'sample' ? this.#host.open(this.#host.shelf.own) : current;
  }

  /** Moves a window that looks at the sample to the library that its plan was stored in. */
  async #follow(workplace: OpenedLibrary): Promise<void> {
    if ((await this.#current()) !== workplace) await this.#change(() => Promise.resolve(workplace));
  }

  #implementation(): Window {
    const through = delegate((subject) =>
      subject === 'planning' || subject === 'drafts' ? this.#workplace() : this.#current(),
    );
    return {
      ...through,
      planning: {
        ...through.planning,
        create: async (input, context) => {
          const workplace = await this.#workplace();
          const created = await workplace.studio.implementation.planning.create(input, context);
          await this.#follow(workplace);
          return created;
        },
      },
      studies: {
        ...through.studies,
        duplicate: async (input, context) => {
          const current = await this.#current();
          const workplace = await this.#workplace();
          if (workplace === current) return current.studio.implementation.studies.duplicate(input, context);
          const { study } = await current.library.study(input.study);
          const copy = { study: { ...study, name: input.name }, preparation: null };
          const created = await workplace.studio.implementation.planning.create(copy, context);
          await this.#follow(workplace);
          return { study: created.study };
        },
      },
      runs: {
        ...through.runs,
        start: async (input, context) => {
          const current = await this.#current();
          if (current.offered.kind !== 'sample') {
            return current.studio.implementation.runs.start(input, context);
          }
          throw new NoisefloorError(
            'sample-library',
            'Studies of the sample are there to look at. Duplicate its plan: the copy is stored in your own library and can run there.',
          );
        },
      },
      setup: {
        ...through.setup,
        libraries: async () => {
          await this.#turn;
          return { items: await this.#host.list(this.#shown?.opened.offered.id ?? null) };
        },
        useLibrary: ({ id }) =>
          this.#change(() => (id === null ? this.#host.start() : this.#host.openNamed(id))),
        openLibrary: ({ path, create }) => this.#change(() => this.#host.openAt(path, create)),
        watchLibrary: (_, { signal }) => this.#watch(signal),
      },
    };
  }

  async *#watch(signal: AbortSignal): AsyncGenerator<State> {
    await this.#current();
    yield* this.#feed.watch(signal);
  }
}

type Handle = (input: unknown, context: CallContext) => unknown;

/** Every procedure of the contract, answered by whichever studio is due when it is called. */
function delegate(due: (subject: string) => Promise<OpenedLibrary>): Window {
  const handlerOf = async (subject: string, name: string): Promise<Handle> => {
    const { studio } = await due(subject);
    const subjects = studio.implementation as unknown as Record<string, Record<string, Handle>>;
    const handle = subjects[subject]?.[name];
    if (handle === undefined) throw new RangeError(`A studio does not answer ${subject}.${name} itself.`);
    return handle;
  };
  const subjects = Object.entries(studioContract).map(([subject, procedures]) => {
    const handlers = Object.entries(procedures).map(([name, { kind }]) => [
      name,
      kind === 'call'
        ? async (input: unknown, context: CallContext) => (await handlerOf(subject, name))(input, context)
        : async function* (input: unknown, context: CallContext) {
            yield* (await handlerOf(subject, name))(input, context) as AsyncIterable<unknown>;
          },
    ]);
    return [subject, Object.fromEntries(handlers)] as const;
  });
  // Each handler passes on what the studio's own of that name takes and gives.
  return Object.fromEntries(subjects) as unknown as Window;
}
