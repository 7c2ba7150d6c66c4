package org.tflion.train.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/** YAML text to a tree of keys; every fault of the text becomes one sentence with its place. */
final class YamlText {

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private YamlText() {}

  /**
   * The keys of a file.
   *
   * @throws IllegalArgumentException if it cannot be read or is no YAML mapping
   */
  static ObjectNode read(Path file) {
    try {
      return sections(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw Refusal.of("config file must exist (got " + file + ")", e);
    } catch (CharacterCodingException e) {
      throw Refusal.of(file + ": a config file must be UTF-8", e);
    } catch (IOException e) {
      throw Refusal.of(file + ": config file must be readable, " + e.getMessage(), e);
    }
  }

  /** The keys of a text that must be a mapping; a text without any content has none. */
  static ObjectNode sections(String source, String text) {
    JsonNode tree = value(source, text);
    if (tree.isMissingNode() || tree.isNull()) {
      return MAPPER.createObjectNode();
    }
    if (tree instanceof ObjectNode sections) {
      return sections;
    }
    throw Refusal.of(
        "%s: a config must be made of keys and values (got %s)"
            .formatted(source, Refusal.shown(tree)));
  }

  /** Any one value. */
  static JsonNode value(String source, String text) {
    try {
      refuseAliases(source, text);
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw Refusal.of(source + ": not YAML" + place(e) + ", " + problem(e), e);
    }
  }

  /** Jackson reads {@code *name} as the text "name", so a forgotten quote would go unnoticed. */
  private static void refuseAliases(String source, String text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
          throw Refusal.of(
              "%s: a text that begins with * must be in quotes (got *%s)"
                  .formatted(source, Refusal.shown(parser.getString())));
        }
      }
    }
  }

  private static String place(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    return at == null || at.getLineNr() < 1
        ? ""
        : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  private static String problem(JacksonException e) {
    return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("unreadable");
  }
}
