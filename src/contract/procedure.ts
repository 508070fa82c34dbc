import type { z } from 'zod';

/** Asked once, answered once. */
export interface CallProcedure<Input extends z.ZodType, Output extends z.ZodType> {
  readonly kind: 'call';
  readonly input: Input;
  readonly output: Output;
}

/** Asked once, answered by any number of events until either side ends it. */
export interface StreamProcedure<Input extends z.ZodType, Event extends z.ZodType> {
  readonly kind: 'stream';
  readonly input: Input;
  readonly event: Event;
}

export type Procedure = CallProcedure<z.ZodType, z.ZodType> | StreamProcedure<z.ZodType, z.ZodType>;

/** Procedures by subject and name. */
export type Contract = Readonly<Record<string, Readonly<Record<string, Procedure>>>>;

/** A procedure with one answer. */
export function call<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): CallProcedure<Input, Output> {
  return { kind: 'call', input, output };
}

/** A procedure with a stream of events. */
export function stream<Input extends z.ZodType, Event extends z.ZodType>(
  input: Input,
  event: Event,
): StreamProcedure<Input, Event> {
  return { kind: 'stream', input, event };
}

/** What a caller may say beside the input. */
export interface CallOptions {
  /** Gives the call up: the host is told, and the caller gets a NoisefloorError `cancelled`. */
  readonly signal?: AbortSignal;
}

type ClientMethod<Method> =
  Method extends CallProcedure<infer Input, infer Output>
    ? (input: z.input<Input>, options?: CallOptions) => Promise<z.output<Output>>
    : Method extends StreamProcedure<infer Input, infer Event>
      ? (input: z.input<Input>, options?: CallOptions) => AsyncIterableIterator<z.output<Event>>
      : never;

/** A contract as its caller sees it. Every method may throw what its procedure does, and `connection-lost`. */
export type Client<Of extends Contract> = {
  readonly [Subject in keyof Of]: {
    readonly [Name in keyof Of[Subject]]: ClientMethod<Of[Subject][Name]>;
  };
};

/** What an implementation is told beside the input. */
export interface CallContext {
  /** Aborted when the caller gives up or goes away. */
  readonly signal: AbortSignal;
}

type Handler<Method> =
  Method extends CallProcedure<infer Input, infer Output>
    ? (input: z.output<Input>, context: CallContext) => Promise<z.input<Output>>
    : Method extends StreamProcedure<infer Input, infer Event>
      ? (input: z.output<Input>, context: CallContext) => AsyncIterable<z.input<Event>>
      : never;

/** A contract as whoever implements it sees it; inputs have been validated. */
export type Implementation<Of extends Contract> = {
  readonly [Subject in keyof Of]: {
    readonly [Name in keyof Of[Subject]]: Handler<Of[Subject][Name]>;
  };
};
