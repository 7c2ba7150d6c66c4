package org.tflion.train.metrics;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** How records become JSON: keys in snake case, without what is not known. */
final class MetricsJson {

  private MetricsJson() {}

  /** Of the numbers, those that JSON cannot hold are left out. */
  @SuppressWarnings("UnusedMethod") // Jackson finds them by name.
  private interface Finite {
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NotFinite.class)
    double loss();

    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NotFinite.class)
    double gradNorm();

    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = NotFinite.class)
    double limit();
  }

  /** What a model measures besides its loss stands beside it, and so does what devices say. */
  @SuppressWarnings("UnusedMethod") // Jackson finds them by name.
  private interface Flat extends Finite {
    @JsonIgnore
    Map<String, Double> valMetrics();

    @JsonIgnore
    Map<String, Double> deviceMetrics();

    @JsonAnyGetter
    Map<String, Double> further();
  }

  /** Equal to what is to be left out, as Jackson asks for it. */
  static final class NotFinite {
    @Override
    public boolean equals(@Nullable Object value) {
      return value instanceof Double number && !Double.isFinite(number);
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addMixIn(StepMetrics.class, Flat.class)
          .addMixIn(SkippedUpdate.class, Finite.class)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();
}
