import { expect, test } from 'vitest';
import { timeAgo } from './time-ago.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = 1e12;

test.each([
  [0, 'now', '现在'],
  [minute - 1, 'now', '现在'],
  [minute, '1 minute ago', '1分钟前'],
  [hour - 1, '59 minutes ago', '59分钟前'],
  [hour, '1 hour ago', '1小时前'],
  [day - 1, '23 hours ago', '23小时前'],
  [day, 'yesterday', '昨天'],
  [29 * day, '29 days ago', '29天前'],
  [61 * day, '2 months ago', '2个月前'],
  [800 * day, '2 years ago', '2年前'],
])('%d ms ago is %s', (agoMs, english, chinese) => {
  expect(timeAgo(now - agoMs, now, 'en')).toBe(english);
  expect(timeAgo(now - agoMs, now, 'zh')).toBe(chinese);
});

test('a clock that was put back makes nothing come from the future', () => {
  expect(timeAgo(now + day, now, 'en')).toBe('now');
});
