import { type RefObject, useEffect, useState } from 'react';
import { type CameraFailure, cameraFailureOf, canAskForCamera, closeCamera, openCamera } from './camera.ts';

/** `asking`: until the user and the camera have answered. */
export type CameraState = 'asking' | 'live' | CameraFailure;

/** Shows the camera in `video` for as long as the component lives; the camera is off once it is gone. */
export function useCamera(video: RefObject<HTMLVideoElement | null>): CameraState {
  const [state, setState] = useState<CameraState>(() => (canAskForCamera() ? 'asking' : 'insecure'));
  useEffect(() => {
    if (!canAskForCamera()) return;
    let stream: MediaStream | null = null;
    let isGone = false;

    async function show() {
      const opened = await openCamera();
      if (isGone) return closeCamera(opened);
      stream = opened;
      for (const track of opened.getVideoTracks()) track.addEventListener('ended', () => setState('ended'));
      if (!video.current) return;
      video.current.srcObject = opened;
      await video.current.play();
      setState('live');
    }

    show().catch((error: unknown) => {
      if (!isGone) setState(cameraFailureOf(error));
    });
    return () => {
      isGone = true;
      if (stream) closeCamera(stream);
    };
  }, [video]);
  return state;
}
