package org.tflion.train.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tflion.train.data.SourceConfig;
import org.tflion.train.model.ModelConfig;
import org.tflion.train.task.Task;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** A tree of keys to the records of a config and back; nothing is converted on the way. */
final class RecordBinder {

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .withCoercionConfig(LogicalType.Textual, RecordBinder::onlyText)
          .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
          .changeDefaultPropertyInclusion(
              include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .build();

  private RecordBinder() {}

  private static void onlyText(MutableCoercionConfig config) {
    for (CoercionInputShape shape :
        List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
      config.setCoercion(shape, CoercionAction.Fail);
    }
  }

  /**
   * Fills the records.
   *
   * @throws IllegalArgumentException if a key is missing, a value has the wrong type, or a record
   *     refuses it
   */
  static TrainConfig bind(Task<?, ?> task, ConfigKeys keys, ObjectNode tree) {
    keys.requireAll(tree);
    try {
      return mapper(task).treeToValue(tree, TrainConfig.class);
    } catch (JacksonException e) {
      throw refusal(keys, tree, e);
    }
  }

  /** The sections of model and data are the task's own records. */
  private static YAMLMapper mapper(Task<?, ?> task) {
    SimpleModule own =
        new SimpleModule()
            .addAbstractTypeMapping(ModelConfig.class, task.modelConfig())
            .addAbstractTypeMapping(SourceConfig.class, task.dataConfig());
    return MAPPER.rebuild().addModule(own).build();
  }

  static String write(TrainConfig config) {
    return MAPPER.writeValueAsString(config);
  }

  /** A record's own words if one refused, otherwise the type that the key must have. */
  private static IllegalArgumentException refusal(
      ConfigKeys keys, ObjectNode tree, JacksonException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException refused) {
        return Refusal.of("config: " + refused.getMessage(), e);
      }
    }
    List<String> path =
        e.getPath().stream()
            .map(JacksonException.Reference::getPropertyName)
            .flatMap(Stream::ofNullable)
            .toList();
    String name = path.stream().collect(Collectors.joining("."));
    JsonNode got = tree.at("/" + String.join("/", path));
    String rule = keys.get("config", name).rule();
    return Refusal.of(
        "config: %s must be %s (got %s)".formatted(name, rule, Refusal.shown(got)), e);
  }
}
