import { DropZone, FileTrigger, isFileDropItem, Text } from 'react-aria-components';
import { Button } from './button.js';

interface FileDropProps {
  /** What may be dropped here, and words of the button that chooses it by a dialog. */
  label: string;
  choose: string;
  /** Endings of names, each with its dot. */
  accept: readonly string[];
  isDisabled?: boolean;
  onFiles(files: readonly File[]): void;
}

/** Takes files by a drop or by the system's dialog; none of them is read yet. */
export function FileDrop({ label, choose, accept, isDisabled = false, onFiles }: FileDropProps) {
  return (
    <DropZone
      className="drop"
      isDisabled={isDisabled}
      onDrop={async ({ items }) => {
        onFiles(await Promise.all(items.filter(isFileDropItem).map((item) => item.getFile())));
      }}
    >
      <Text slot="label">{label}</Text>
      <FileTrigger
        allowsMultiple
        acceptedFileTypes={accept}
        onSelect={(files) => onFiles([...(files ?? [])])}
      >
        <Button isDisabled={isDisabled}>{choose}</Button>
      </FileTrigger>
    </DropZone>
  );
}
