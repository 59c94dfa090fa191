import { expect, test } from 'vitest';
import { TransferMeter } from './transfer-meter.ts';

function startMeter() {
  let nowMs = 1000;
  const meter = new TransferMeter(() => nowMs);
  return {
    meter,
    wait(ms: number) {
      nowMs += ms;
    },
  };
}

test('nothing from the network yet: no rate, and no time that is left', () => {
  const { meter } = startMeter();
  expect(meter.report(0, 100)).toEqual({
    doneByteLength: 0,
    totalByteLength: 100,
    bytesPerSecond: null,
    secondsLeft: null,
  });
});

test('the rate is bytes over time, and the rest takes as long at that', () => {
  const { meter, wait } = startMeter();
  meter.add(1000);
  wait(1000);
  meter.add(3000);
  wait(1000);
  expect(meter.report(4000, 10_000)).toMatchObject({ bytesPerSecond: 2000, secondsLeft: 3 });
});

test('what came more than five seconds ago no longer counts', () => {
  const { meter, wait } = startMeter();
  meter.add(1_000_000);
  for (let second = 0; second < 6; second++) {
    wait(1000);
    meter.add(500);
  }
  expect(meter.report(0, 1000).bytesPerSecond).toBeLessThanOrEqual(600);
});
