/** Names of this machine for itself. */
const loopbackHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a `Host` header names this machine. A page whose domain was pointed at this machine (DNS rebinding) still
 * names its own. Any port will do: through `ssh -L` the browser's is another than the server's.
 */
export function isLoopbackHost(host: string | undefined): host is string {
  return host !== undefined && loopbackHost.test(host);
}

/** Whether an `Origin` header is that of a page which the server itself sent to the browser under that `Host`. */
export function isSameOrigin(origin: string | undefined, host: string): boolean {
  return origin?.toLowerCase() === `http://${host.toLowerCase()}`;
}
