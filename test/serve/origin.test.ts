import { expect, it } from 'vitest';
import { isLoopbackHost, isSameOrigin } from '../../main/serve/origin.ts';

it.each(['localhost', 'localhost:4750', '127.0.0.1', '127.0.0.1:1', '[::1]:65535', 'LOCALHOST:9000'])(
  '%s is this machine',
  (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  },
);

it.each([
  undefined,
  '',
  'evil.example',
  'localhost.evil.example',
  'evil.example:4750',
  '127.0.0.1.evil.example',
  'localhost:4750@evil.example',
  'evil.example#localhost',
  '0.0.0.0:4750',
  '192.168.0.1',
  'localhost:',
  ' localhost',
  "localhost; script-src 'unsafe-inline'",
])('%s is not', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});

it('a page is of this server only if it was sent under the very same name and port', () => {
  expect(isSameOrigin('http://localhost:9000', 'localhost:9000')).toBe(true);
  for (const origin of [
    undefined,
    'null',
    'http://localhost:3000',
    'http://127.0.0.1:9000',
    'https://localhost:9000',
    'http://localhost:9000.evil.example',
    'http://evil.example',
  ]) {
    expect(isSameOrigin(origin, 'localhost:9000')).toBe(false);
  }
});
