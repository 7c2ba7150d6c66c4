package org.tflion.train.data.tokenizer;

import org.jspecify.annotations.Nullable;

/**
 * All that is needed to make a tokenizer again: what a checkpoint or a prepared folder keeps of it.
 *
 * @param name of its kind: {@code byte}, {@code char}, {@code gpt2}, {@code bpe}, or one that a
 *     {@link TokenizerReader} brings
 * @param definition of a char tokenizer the alphabet, of one that was read from a {@code
 *     tokenizer.json} its text, otherwise null
 */
public record TokenizerSpec(String name, @Nullable String definition) {}
