package org.tflion.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Plans of a small model for devices that are not here. */
class PlanCommandTest {

  private static final String SMALL =
      "plan --device v4 --set model.layers=2 --set model.width=32 --set model.context=16";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int tflion(String arguments, String... more) {
    List<String> all = new ArrayList<>(List.of(arguments.split(" ", -1)));
    all.addAll(Arrays.asList(more));
    return Main.run(new PrintWriter(out), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  private JsonNode json(String arguments, String... more) {
    assertThat(tflion(arguments + " --json", more)).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void eachOptimizerHasAnEntryOfItsOwn() {
    JsonNode devices = json(SMALL, "--optimizer", "adamw,lion:bfloat16").path("devices");
    assertThat(devices.size()).isEqualTo(2);
    assertThat(devices.get(0).path("optimizer").asString()).isEqualTo("adamw");
    // Two slots in float32 beside one in bfloat16; the pass is the same.
    assertThat(devices.get(0).path("slots_bytes").asLong())
        .isEqualTo(4 * devices.get(1).path("slots_bytes").asLong());
    assertThat(devices.get(0).path("activations_bytes"))
        .isEqualTo(devices.get(1).path("activations_bytes"));
  }

  @Test
  void scaleKeepsTheRowsOfEachDevice() {
    JsonNode scale = json(SMALL, "--scale", "2,8", "--rows", "3").path("scale");
    assertThat(scale.get(0).path("tokens").asLong()).isEqualTo(2 * 3 * 16);
    assertThat(scale.get(1).path("tokens").asLong()).isEqualTo(8 * 3 * 16);
    assertThat(scale.get(1).path("mesh").path("fsdp").asInt()).isEqualTo(8);
    assertThat(scale.get(0).path("efficiency").asDouble()).isEqualTo(1);
    double own = scale.get(0).path("tokens_per_second").asDouble() / 2;
    assertThat(scale.get(1).path("efficiency").asDouble())
        .isCloseTo(scale.get(1).path("tokens_per_second").asDouble() / 8 / own, offset(1e-9));
  }

  @Test
  void scaleOfAMeshMakesCopiesOfIt() {
    JsonNode scale = json(SMALL, "--mesh", "fsdp=4,data=2", "--scale", "8,32").path("scale");
    assertThat(scale.get(1).path("mesh").path("data").asInt()).isEqualTo(8);
    assertThat(scale.get(1).path("mesh").path("fsdp").asInt()).isEqualTo(4);
    assertThat(scale.get(1).path("peak_bytes")).isEqualTo(scale.get(0).path("peak_bytes"));
    assertThat(scale.get(1).path("reduction_seconds").asDouble()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "plan --device v4 --scale 0, --scale must each be 1 or more (got 0)",
    "plan --device v4 --scale two, Invalid value for option '--scale'",
    "'plan --device v4 --scale 6 --mesh fsdp=4', --scale must each be a multiple of the 4 devices",
    "plan --device v4 --mesh ring=2, 'must be one of [data, fsdp, tensor]'",
    "plan --device v40, --device must be one of [cpu",
    "plan --device v4 --rows 3, Plan: rows must divide the 16 rows of each device (got 3)",
    "plan --device v4 --rows -1, Plan: rows must be 0",
    "plan --device v4 --utilization 0, 'Plan: utilization must be in (0, 1]'",
    "plan --device v4 --wire-bytes 3, Plan: bytes on the wire must be 2 or 4",
    "plan --device v4 --price-per-device-hour -1, 'Plan: price'",
    "plan --device v4 --optimizer lyon, lyon",
    "plan --device v4 --preset lm-7b, lm-7b",
    "plan --device v4 --mesh fsdp=5, train.batch must be a multiple of data * fsdp = 5",
  })
  void refusesInOneSentence(String arguments, String sentence) {
    assertThat(tflion(arguments)).isEqualTo(2);
    assertThat(err.toString()).startsWith("tflion: ").contains(sentence);
    assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(3);
  }
}
