import { expect, it } from 'vitest';
import { Access } from '../../main/serve/access.ts';

/** What a browser sends back of a `Set-Cookie`. */
const sent = (setCookie: string | null): string => setCookie?.split(';')[0] ?? '';

it('gives one session for each token, and none for anything else', () => {
  const access = new Access();
  const token = access.newToken();
  const cookie = access.exchange(token);
  expect(cookie).toMatch(/^noisefloor-[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(access.exchange(token)).toBeNull();
  expect(access.exchange('')).toBeNull();
  expect(access.admits(sent(cookie))).toBe(true);
  expect(access.admits(`other=1;  ${sent(cookie)} ; last=2`)).toBe(true);
  expect(access.admits(`x${sent(cookie)}`)).toBe(false);
  expect(access.admits(`${sent(cookie)}x`)).toBe(false);
  expect(access.admits(`${access.cookieName}=`)).toBe(false);
  expect(access.admits(undefined)).toBe(false);
});

it('knows nothing of another server’s sessions', () => {
  const [one, other] = [new Access(), new Access()];
  expect(other.admits(sent(one.exchange(one.newToken())))).toBe(false);
  expect(other.exchange(one.newToken())).toBeNull();
});

it('forgets the oldest of many sessions', () => {
  const access = new Access();
  const cookies = Array.from({ length: 65 }, () => sent(access.exchange(access.newToken())));
  expect(cookies.map((cookie) => access.admits(cookie))).toEqual([false, ...Array<boolean>(64).fill(true)]);
});
