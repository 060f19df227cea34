import type { GpuDetail } from '../../contract/machine.js';
import { slowingReasons } from '../../contract/slowing-reasons.js';
import { type Judgement, look, passed, withReadings } from './check.js';

/** Degrees below the slowdown threshold from which a card has no room for a load. A judgement. */
const nearCelsius = 10;

/** What holds the clocks down now. */
export function throttling({ throttleReasons, power }: GpuDetail): Judgement {
  return withReadings<[string[]]>([throttleReasons], (reasons) => {
    const slowing = slowingReasons(reasons, power);
    if (slowing.length > 0)
      return look(
        `held down by ${slowing.join(', ')}`,
        'Find the cause before measuring: cooling, power supply, or a clock that was set.',
      );
    return passed(
      reasons.length > 0
        ? `at its own ${reasons.join(', ')}, as under load`
        : 'nothing holds its clocks down',
    );
  });
}

export function temperature({ temperatures }: GpuDetail): Judgement {
  return withReadings<[number, number]>(
    [temperatures.gpuCelsius, temperatures.slowdownCelsius],
    (now, slowdown) => {
      const text = `${now} °C, slows down at ${slowdown} °C`;
      return now > slowdown - nearCelsius
        ? look(text, 'Look to its fans and the air that it gets.')
        : passed(text);
    },
  );
}
