/** Why there is no picture from the camera. */
export type CameraFailure =
  /** The page does not come over https or from localhost, where browsers offer no camera at all. */
  | 'insecure'
  /** The user, the browser or the system said no. */
  | 'refused'
  | 'missing'
  /** There is one, but it cannot be read: mostly because another program has it. */
  | 'busy'
  /** It was there and ended, e.g. unplugged. */
  | 'ended'
  | 'unknown';

/** What the rejection of `getUserMedia` means (https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia). */
export function cameraFailureOf(thrown: unknown): CameraFailure {
  switch (thrown instanceof Error || thrown instanceof DOMException ? thrown.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'refused';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'unknown';
  }
}

/** Whether this page may ask for a camera at all. Outside of a secure context `mediaDevices` is missing. */
export function canAskForCamera(): boolean {
  return window.isSecureContext && 'mediaDevices' in navigator;
}

/** Opens the camera; of two the one that looks away from the user. @throws DOMException as `getUserMedia` does */
export function openCamera(): Promise<MediaStream> {
  const video = { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1080 } };
  return navigator.mediaDevices.getUserMedia({ video, audio: false });
}

/** Ends a camera's stream, and with it the camera's light. */
export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** The frame that `video` shows, at the camera's own size, as a PNG; null where the browser cannot write one. */
export function photograph(video: HTMLVideoElement): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

/** A name for a picture taken at `time`, local time: `camera-14-03-22.png`. */
export function nameOfPhotograph(time: Date): string {
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()];
  return `camera-${parts.map((part) => String(part).padStart(2, '0')).join('-')}.png`;
}
