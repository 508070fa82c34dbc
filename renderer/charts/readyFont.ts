/**
 * Readies the font of the pictures: the first text that a canvas measures in it takes a browser longer than a whole picture, and
 * may as well be measured while the host is asked.
 */
export async function readyFont(): Promise<void> {
  const family = getComputedStyle(document.documentElement).getPropertyValue('--font-sans').trim();
  const font = `12px ${family}`;
  await document.fonts.load(font);
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return;
  context.font = font;
  context.measureText('0');
}
