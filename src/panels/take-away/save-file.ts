/** Lets the browser save `parts` as a file called `name`. */
export function saveFile(parts: readonly BlobPart[], name: string, type = 'application/octet-stream'): void {
  const url = URL.createObjectURL(new Blob([...parts], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it has begun; some browsers begin it a little later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
