package org.tflion.train.data.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.tflion.Require;

/** Finds tokenizers by their names and files. */
public final class Tokenizers {

  /** Names that need no file and no text to learn from. */
  public static final List<String> NAMES = List.of("byte", "gpt2");

  /** A tokenizer.json of a million tokens has 50 MB. */
  private static final long LARGEST = 1L << 28;

  private Tokenizers() {}

  /**
   * The tokenizer of a spec, equal to the one that gave it.
   *
   * @throws IllegalArgumentException if there is no such kind, or the definition is damaged
   */
  public static Tokenizer of(TokenizerSpec spec) {
    return switch (spec.name()) {
      case "byte" -> new ByteTokenizer();
      case "gpt2" -> new Gpt2Tokenizer();
      case "char" -> new CharTokenizer(definition(spec));
      case BpeTokenizer.NAME -> BpeTokenizer.parse(definition(spec));
      default -> reader(spec.name()).read(definition(spec));
    };
  }

  private static String definition(TokenizerSpec spec) {
    String definition = spec.definition();
    if (definition == null) {
      throw new IllegalArgumentException(
          "tokenizer " + spec.name() + " must come with its definition (got none)");
    }
    return definition;
  }

  private static TokenizerReader reader(String name) {
    return readers()
        .filter(reader -> reader.name().equals(name))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tokenizer must be byte, char, gpt2, bpe, or of a module on the class path"
                        + " (got "
                        + name
                        + ")"));
  }

  private static Optional<TokenizerReader> readers() {
    return ServiceLoader.load(TokenizerReader.class).findFirst();
  }

  /**
   * The tokenizer that a user names.
   *
   * @param name one of {@link #NAMES} or a {@code tokenizer.json}
   * @throws IllegalArgumentException as {@link #read}
   */
  public static Tokenizer named(String name) {
    return NAMES.contains(name) ? of(new TokenizerSpec(name, null)) : read(Path.of(name));
  }

  /**
   * The tokenizer of a file.
   *
   * @param file a {@code tokenizer.json}
   * @throws IllegalArgumentException if it cannot be read, is damaged, or is of a kind that no
   *     module on the class path knows
   */
  public static Tokenizer read(Path file) {
    String json = text(file);
    try {
      return BpeTokenizer.parse(json);
    } catch (IllegalArgumentException e) {
      return readers()
          .map(reader -> read(reader, file, json))
          .orElseThrow(
              () -> refusal(file, e.getMessage() + "; others need the module hf-tokenizers", e));
    }
  }

  private static Tokenizer read(TokenizerReader reader, Path file, String json) {
    try {
      return reader.read(json);
    } catch (IllegalArgumentException e) {
      throw refusal(file, e.getMessage(), e);
    }
  }

  private static IllegalArgumentException refusal(Path file, @Nullable String why, Exception e) {
    return new IllegalArgumentException("data.tokenizer: " + file + ": " + why, e);
  }

  private static String text(Path file) {
    try {
      Require.that(
          Files.size(file) <= LARGEST,
          "data.tokenizer: " + file + " must be at most " + LARGEST + " bytes",
          Files.size(file));
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "data.tokenizer must be one of %s, char, or a tokenizer.json that can be read (got %s: %s)"
              .formatted(NAMES, file, e.getClass().getSimpleName()),
          e);
    }
  }
}
