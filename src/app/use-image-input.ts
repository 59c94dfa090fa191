import { type DragEvent, type HTMLAttributes, useCallback, useEffect, useState } from 'react';
import { useDropzone } from 'react-dropzone';
import { useAppStore } from '#panels/use-app.ts';

const addressType = 'text/uri-list';

/** The first address of a `text/uri-list`, whose lines may be comments (RFC 2483). */
export function firstAddress(uriList: string): string | null {
  const line = uriList.split(/\r?\n/).find((candidate) => candidate !== '' && !candidate.startsWith('#'));
  return line?.trim() || null;
}

/** The web address that `text` is, by itself; null for any other text. */
export function webAddress(text: string): string | null {
  const address = text.trim();
  return /^https?:\/\/\S+$/i.test(address) && URL.canParse(address) ? address : null;
}

/** Where a file lies in the folder that was dropped or picked, which react-dropzone writes beside it; else its name. */
function pathOf(file: File): string {
  const path = 'path' in file && typeof file.path === 'string' ? file.path : '';
  return path || file.webkitRelativePath || file.name;
}

/** Whether text that is pasted belongs into what has the focus. */
function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, [contenteditable]') !== null;
}

/**
 * Takes images and videos from wherever they come: dropped files, an address dropped from another page, files and
 * addresses from the clipboard.
 */
export function useImageInput(): { readonly rootProps: HTMLAttributes<HTMLElement>; readonly isDragging: boolean } {
  const store = useAppStore();
  const [hasAddress, setHasAddress] = useState(false);
  // The store shows what cannot be opened.
  const openFiles = useCallback(
    (files: readonly File[]) =>
      void store
        .getState()
        .openFiles(files.map((file) => ({ file, path: pathOf(file) })))
        .catch(() => {}),
    [store],
  );
  const openAddress = useCallback(
    (image: string) =>
      void store
        .getState()
        .openSource({ image })
        .catch(() => {}),
    [store],
  );

  const carriesAddress = ({ dataTransfer }: DragEvent) =>
    dataTransfer.types.includes(addressType) && !dataTransfer.types.includes('Files');

  const dropzone = useDropzone({ noClick: true, noKeyboard: true, onDrop: openFiles });

  useEffect(() => {
    function paste({ clipboardData, target }: ClipboardEvent) {
      const files = [...(clipboardData?.files ?? [])];
      const address = takesText(target) ? null : webAddress(clipboardData?.getData('text/plain') ?? '');
      if (files.length > 0) openFiles(files);
      else if (address) openAddress(address);
    }
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [openFiles, openAddress]);

  const rootProps = dropzone.getRootProps({
    onDragOver: (event: DragEvent) => setHasAddress(carriesAddress(event)),
    onDragLeave: (event: DragEvent) => {
      if (event.relatedTarget === null) setHasAddress(false);
    },
    onDrop: (event: DragEvent) => {
      setHasAddress(false);
      if (!carriesAddress(event)) return;
      event.preventDefault();
      const image = firstAddress(event.dataTransfer.getData(addressType));
      if (image) openAddress(image);
    },
  });
  return { rootProps, isDragging: dropzone.isDragActive || hasAddress };
}
