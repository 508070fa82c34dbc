/** Hands a person a file: a browser keeps it among the downloads, the desktop window asks where it is to be. */
export function saveFile(name: string, content: string | Uint8Array | Blob, type: string): void {
  const parts = content instanceof Uint8Array ? new Uint8Array(content) : content;
  const address = URL.createObjectURL(new Blob([parts], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
