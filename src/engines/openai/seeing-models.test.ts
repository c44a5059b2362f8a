import { expect, it } from 'vitest';
import { seesImages } from './seeing-models.ts';

it.each([
  'meta-llama/llama-4-maverick-17b-128e-instruct',
  'meta-llama/llama-4-scout-17b-16e-instruct',
  'llama3.2-vision:11b',
  'llama-3.2-90b-vision-preview',
  'gpt-4o',
  'gpt-4o-mini',
  'gpt-4.1-nano',
  'gpt-5',
  'o4-mini',
  'anthropic/claude-sonnet-4',
  'gemini-2.5-flash',
  'gemma3:4b',
  'google/gemma-3-27b-it',
  'pixtral-12b-2409',
  'llava:7b',
  'Qwen/Qwen2.5-VL-7B-Instruct',
  'qwen3-vl:8b',
  'moondream',
  'minicpm-v:8b',
])('%s sees', (model) => {
  expect(seesImages(model)).toBe(true);
});

it.each([
  'llama-3.3-70b-versatile',
  'llama3.2:3b',
  'openai/gpt-oss-120b',
  'gpt-3.5-turbo',
  'gpt-4o-audio-preview',
  'o3-mini',
  'gemma3:1b',
  'gemma3:270m',
  'gemma2:9b',
  'qwen3:8b',
  'mixtral-8x7b',
  'mistral-7b-instruct',
  'deepseek-r1',
  'some-model',
])('%s does not, as far as is known', (model) => {
  expect(seesImages(model)).toBe(false);
});
