package org.tflion.train.data.prepare;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tflion.Require;
import org.tflion.train.data.source.FileBytes;
import org.tflion.train.data.tokenizer.TokenizerSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a prepared folder says of itself, kept as {@code manifest.json}; it is written last, so that
 * a folder that has one is complete.
 *
 * @param formatVersion of this layout
 * @param plan names the inputs, the tokenizer and the options, by which a restart knows its work
 * @param tokenizer that made the tokens
 * @param vocabulary its size
 * @param tokenBytes bytes of a token in {@code tokens.bin}: 2 or 4, lowest first
 * @param tokens number of tokens
 * @param documents number of documents; {@code documents.bin} has the number of tokens up to the
 *     end of each, in 8 bytes, lowest first
 * @param tokensSha256 of {@code tokens.bin}
 * @param documentsSha256 of {@code documents.bin}
 * @param fingerprint of {@code tokens.bin}, quicker to check than its SHA-256
 */
public record PreparedManifest(
    int formatVersion,
    String plan,
    TokenizerSpec tokenizer,
    int vocabulary,
    int tokenBytes,
    long tokens,
    long documents,
    String tokensSha256,
    String documentsSha256,
    String fingerprint) {

  static final int FORMAT_VERSION = 1;
  static final String NAME = "manifest.json";

  /** A tokenizer.json of a million tokens has 50 MB. */
  private static final long LARGEST = 1L << 28;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  /**
   * Refuses what a damaged file would say.
   *
   * @throws IllegalArgumentException if a number is outside its range or a text is missing
   */
  public PreparedManifest {
    Require.that(formatVersion == FORMAT_VERSION, "format_version must be 1", formatVersion);
    Require.that(tokenizer != null && tokenizer.name() != null, "tokenizer must be there", "none");
    Require.that(vocabulary > 0, "vocabulary must be above 0", vocabulary);
    Require.that(tokenBytes == 2 || tokenBytes == 4, "token_bytes must be 2 or 4", tokenBytes);
    Require.that(tokens > 0, "tokens must be above 0", tokens);
    Require.that(
        documents > 0 && documents <= tokens, "documents must be from 1 to tokens", documents);
    Require.that(plan != null, "plan must be there", "none");
    Require.that(tokensSha256 != null, "tokens_sha256 must be there", "none");
    Require.that(documentsSha256 != null, "documents_sha256 must be there", "none");
    Require.that(fingerprint != null, "fingerprint must be there", "none");
  }

  String json() {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
  }

  /**
   * Reads the manifest of a folder.
   *
   * @throws IllegalArgumentException if it cannot be read or is damaged
   */
  static PreparedManifest read(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      Require.that(
          Files.size(file) <= LARGEST, "data.path: " + file + " must be small", Files.size(file));
      return JSON.readValue(Files.readAllBytes(file), PreparedManifest.class);
    } catch (IOException e) {
      throw FileBytes.unreadable(file, e);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "data.path: %s is damaged%s; prepare the data again in another folder"
              .formatted(file, reason(e)),
          e);
    }
  }

  private static String reason(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException) {
        return ", " + cause.getMessage();
      }
    }
    return "";
  }
}
