import { Theme } from '@twilio/flex-ui';

interface Themed {
  theme?: Partial<Theme>;
}

/**
 * CSS of one of Flex's design tokens, in the theme that the agent uses now. Flex hands its theme to every
 * component made with its own `styled`, so the panel looks like Flex without a component library of its own.
 */
export function token(group: keyof Theme['tokens'], name: string) {
  return ({ theme }: Themed): string => {
    const tokens = theme?.tokens?.[group] as Record<string, string> | undefined;
    return tokens?.[name] ?? 'inherit';
  };
}

export const text = (name: string) => token('textColors', name);
export const background = (name: string) => token('backgroundColors', name);
export const border = (name: string) => token('borderColors', name);
