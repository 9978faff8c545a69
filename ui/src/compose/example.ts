// A prompt to begin with, with one variable to show what that is.

import { t } from '@/i18n/index.svelte';

export const examplePrompt = (): string => t('compose.example', { open: '${', close: '}' });
