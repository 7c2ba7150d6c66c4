package org.tflion.train.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;
import tools.jackson.dataformat.yaml.YAMLSchema;

/** YAML text to a tree of keys; every fault of the text becomes one sentence with its place. */
final class YamlText {

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(
              // Plain JSON's schema would take .5 and ~ for texts.
              YAMLFactory.builder().yamlSchema(YAMLSchema.CORE).build())
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String QUOTES = "a text that begins with * must be in quotes";
  private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-9_]+");

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
      refuseTraps(source, text);
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw Refusal.of(source + ": not YAML" + fault(e), e);
    }
  }

  /** Jackson reads {@code *name} as the text "name" and {@code 010} as 8: neither was meant. */
  private static void refuseTraps(String source, String text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
          throw trap(source, QUOTES, "*" + parser.getString());
        }
        if (token == JsonToken.VALUE_NUMBER_INT && OCTAL.matcher(parser.getString()).matches()) {
          throw trap(source, "a number must not begin with a needless 0", parser.getString());
        }
      }
    }
  }

  private static IllegalArgumentException trap(String source, String rule, String got) {
    return Refusal.of("%s: %s (got %s)".formatted(source, rule, Refusal.shown(got)));
  }

  /** Where the text stopped making sense, and why. */
  private static String fault(JacksonException e) {
    if (e.getCause() instanceof MarkedYamlEngineException yaml) {
      String context = yaml.getContext() == null ? "" : yaml.getContext() + ": ";
      String cure = context.contains("alias") ? ", " + QUOTES : "";
      String place = yaml.getProblemMark().map(YamlText::place).orElse("");
      return place + ", " + context + yaml.getProblem() + cure;
    }
    TokenStreamLocation at = e.getLocation();
    String place = at == null ? "" : place(at.getLineNr(), at.getColumnNr());
    return place + ", " + String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
  }

  /** YAML counts from 0, editors from 1. */
  private static String place(Mark mark) {
    return place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static String place(int line, int column) {
    return line < 1 ? "" : " at line " + line + ", column " + column;
  }
}
