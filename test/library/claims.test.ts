import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { claimExpiryMilliseconds } from '../../src/library/claims.ts';
import { Library } from '../../src/library/library.ts';
import { buildBatch, buildStudy, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
let made = 0;
let time = 0;
/** Two hosts with one library. */
let one: Library;
let other: Library;

beforeEach(() => {
  made += 1;
  time = 1_000_000;
  const file = path.join(folder, `claims-${made}.sqlite`);
  one = Library.open(file, { now: () => time });
  other = Library.open(file, { now: () => time });
  storeStudy(one, 'shared', buildStudy({ replicates: 2 }));
  return () => {
    one.close();
    other.close();
  };
});

describe('claims', () => {
  it('give every replicate to one host only, the first of each variant first', () => {
    const claimed = Array.from({ length: 9 }, (_, turn) =>
      (turn % 2 === 0 ? one : other).claimNext('shared', turn % 2 === 0 ? 'one' : 'other'),
    );
    expect(claimed.map((replicate) => replicate && `${replicate.variant} ${replicate.index}`)).toEqual([
      'ALGO+IMPL 0',
      'ALGO 0',
      'IMPL 0',
      'CONTROL 0',
      'ALGO+IMPL 1',
      'ALGO 1',
      'IMPL 1',
      'CONTROL 1',
      null,
    ]);
    expect(one.heartbeat('one')).toHaveLength(4);
    const claims = one.replicates('shared').map(({ id, claim }) => ({ id, ...claim }));
    expect(other.replicateClaims('shared')).toEqual(expect.arrayContaining(claims));
    expect(other.replicateClaims('shared')).toHaveLength(8);
    one.releaseReplicate(claims[0]!.id, 'one');
    expect(other.replicateClaims('shared')).toHaveLength(7);
    expect(one.study('shared').counts.running).toBe(7);
  });

  it('of a host that is not heard of any more pass to another, and the first learns of it', () => {
    const id = one.claimNext('shared', 'one', { variants: ['ALGO'] })?.id;
    time += claimExpiryMilliseconds - 1;
    one.heartbeat('one');
    time += claimExpiryMilliseconds;
    expect(other.claimNext('shared', 'other', { variants: ['algo'] })?.index).toBe(1);
    time += 1;
    expect(other.claimNext('shared', 'other', { variants: ['algo'] })?.id).toBe(id);
    expect(one.heartbeat('one')).toEqual([]);
    expect(one.releaseReplicate(id!, 'one', { status: 'failed', reason: 'late' })).toBe(false);
    expect(one.replicate(id!)).toMatchObject({ status: 'running', claim: { host: 'other' } });
  });

  it('leave finished, diverged and excluded replicates alone, and failed ones unless asked', () => {
    const orders = one.replicates('shared');
    one.ingest(orders[0]!.id, buildBatch(2));
    one.excludeReplicate(orders[1]!.id, 'not wanted');
    const failing = one.claimNext('shared', 'one')!;
    expect(failing.id).toBe(orders[2]!.id);
    one.releaseReplicate(failing.id, 'one', { status: 'failed', reason: 'exit code 1' });
    expect(one.replicate(failing.id)).toMatchObject({
      status: 'failed',
      exitReason: 'exit code 1',
      claim: null,
    });
    expect(one.claimNext('shared', 'one')?.id).toBe(orders[3]!.id);
    expect(one.claimNext('shared', 'one', { retryFailed: true })?.id).toBe(failing.id);
  });

  it('are claimed alone where others are not wanted, failed ones included where one is named', () => {
    const orders = one.replicates('shared');
    const only = [orders[2]!.id, orders[3]!.id];
    const failing = one.claimNext('shared', 'one', { only })!;
    expect(failing.id).toBe(orders[2]!.id);
    one.releaseReplicate(failing.id, 'one', { status: 'failed', reason: 'exit code 1' });
    expect(one.claimNext('shared', 'one', { only })?.id).toBe(orders[3]!.id);
    expect(one.claimNext('shared', 'one', { only })).toBeNull();
    expect(one.claimNext('shared', 'one', { only, retry: [orders[0]!.id] })).toBeNull();
    expect(one.claimNext('shared', 'one', { only, retry: [failing.id] })?.id).toBe(failing.id);
  });

  it('given back leave the ending that the replicate recorded', () => {
    const { id } = one.claimNext('shared', 'one')!;
    one.ingest(id, buildBatch(2));
    one.releaseReplicate(id, 'one', { status: 'failed', reason: 'the process was gone' });
    expect(one.replicate(id)).toMatchObject({ status: 'finished', exitReason: null, claim: null });
  });

  it('given back without a word are planned again, or stopped once they had begun', () => {
    const first = one.claimNext('shared', 'one')!;
    const second = one.claimNext('shared', 'one')!;
    one.ingest(second.id, buildBatch(1, { ended: false }));
    one.releaseReplicate(first.id, 'one');
    one.releaseReplicate(second.id, 'one');
    expect([one.replicate(first.id).status, one.replicate(second.id).status]).toEqual(['planned', 'stopped']);
  });
});
