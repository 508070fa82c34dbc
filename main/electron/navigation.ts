/** The studio's own origin: a scheme of ours, so that nothing from outside shares it. */
export const studioScheme = 'app';
export const studioOrigin = `${studioScheme}://studio`;

/** Whether a window may go to an address: to the studio's page, and nowhere else. */
export function mayNavigate(address: string): boolean {
  try {
    const { protocol, host, pathname, username, password } = new URL(address);
    const isOurs = protocol === `${studioScheme}:` && host === 'studio' && username === '' && password === '';
    return isOurs && (pathname === '/' || pathname === '/index.html');
  } catch {
    return false;
  }
}

/** Whether a page may use something of the machine: it may tell a person that a run has ended, and copy a command. */
export function mayUse(permission: string, origin: string): boolean {
  return (
    (permission === 'notifications' || permission === 'clipboard-sanitized-write') &&
    (origin === studioOrigin || origin === `${studioOrigin}/`)
  );
}
