/**
 * Names of models that see images, as the servers that have them write them: Groq, OpenAI, Ollama, vLLM, LM Studio, OpenRouter. From their
 * lists of models at the end of 2025. A model that is not known does not see: it would refuse the whole request.
 */
const SEEING = [
  /llama-?4/,
  /llama-?3\.2-(11b|90b)/,
  /vision/,
  /\bgpt-(4o|4\.1|4\.5|4-turbo|5)/,
  /\bo[34](-mini)?\b/,
  /claude-(3|opus|sonnet|haiku)/,
  /gemini/,
  /gemma-?3(?!n?[:-](1b|270m))/,
  /pixtral/,
  /mistral-(small|medium)-?3?(\.\d|-latest|:)/,
  /llava/,
  /qwen.*-?vl/,
  /moondream/,
  /minicpm-?[vo]/,
  /internvl/,
  /molmo/,
  /smolvlm/,
  /idefics/,
  /granite.*vision/,
  /phi-?(3|3\.5|4)-(vision|multimodal)/,
];

/** Names that look like those above, of models that see nothing. */
const BLIND = [/-(audio|realtime|search|transcribe|tts)\b/, /\bo3-mini/, /vision-encoder/];

/** Whether a model sees images, as far as its name tells. */
export function seesImages(model: string): boolean {
  const name = model.toLowerCase();
  return SEEING.some((pattern) => pattern.test(name)) && !BLIND.some((pattern) => pattern.test(name));
}
