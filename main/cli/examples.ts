/** Examples of a command for the end of its help; each is what stands after `noisefloor`. */
export function examples(...commands: readonly string[]): string {
  return `\nExamples:\n${commands.map((command) => `  noisefloor ${command}\n`).join('')}`;
}
