import { type DragEvent, type HTMLAttributes, useEffect, useState } from 'react';
import { useDropzone } from 'react-dropzone';
import { useAppStore } from '#panels/use-app.ts';
import { fileNameOf } from './addresses.ts';

const addressType = 'text/uri-list';

/** The first address of a `text/uri-list`, whose lines may be comments (RFC 2483). */
export function firstAddress(uriList: string): string | null {
  const line = uriList.split(/\r?\n/).find((candidate) => candidate !== '' && !candidate.startsWith('#'));
  return line?.trim() || null;
}

/** Takes images from wherever they come: dropped files, an address dropped from another page, the clipboard. */
export function useImageInput(): { readonly rootProps: HTMLAttributes<HTMLElement>; readonly isDragging: boolean } {
  const store = useAppStore();
  const [hasAddress, setHasAddress] = useState(false);
  // The store shows what cannot be opened.
  const openFiles = (files: readonly File[]) =>
    void store
      .getState()
      .openFiles(files)
      .catch(() => {});

  const carriesAddress = ({ dataTransfer }: DragEvent) =>
    dataTransfer.types.includes(addressType) && !dataTransfer.types.includes('Files');

  const dropzone = useDropzone({ noClick: true, noKeyboard: true, onDrop: openFiles });

  useEffect(() => {
    function paste(event: ClipboardEvent) {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0)
        store
          .getState()
          .openFiles(files)
          .catch(() => {});
    }
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [store]);

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
      if (image)
        store
          .getState()
          .runImage({ image, name: fileNameOf(image) })
          .catch(() => {});
    },
  });
  return { rootProps, isDragging: dropzone.isDragActive || hasAddress };
}
