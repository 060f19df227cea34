import { Section } from './bits.js';

/** The run as a config that Open-Sora takes, as one block to select: a click takes it whole. */
export function ConfigSection({ config }: { config: string | undefined }) {
  if (config === undefined) return null;
  return (
    <Section
      id="config"
      title="Settings to paste"
      aside="a config for Open-Sora, with the line that launches it"
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className="long" tabIndex={0}>
        {config.trimEnd()}
      </pre>
    </Section>
  );
}
