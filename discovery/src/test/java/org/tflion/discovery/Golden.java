package org.tflion.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.tflion.discovery.program.PaperProgram;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The reference runs of the paper's programs: two leaves, four steps, in double precision. */
public final class Golden {

  private Golden() {}

  /** Every reference run. */
  public static List<JsonNode> cases() {
    try (InputStream in = Golden.class.getResourceAsStream("hero.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Which printed program a reference run is of. */
  public static PaperProgram program(JsonNode golden) {
    return switch (golden.get("name").asString()) {
      case "hero_lion_program1" -> PaperProgram.LION;
      case "hero_initial_adamw" -> PaperProgram.ADAMW;
      case "hero_program4" -> PaperProgram.DISCOVERED;
      case "hero_program5_regularised" -> PaperProgram.REGULARISED;
      case "hero_program6_adagrad" -> PaperProgram.ADAGRAD;
      case "hero_program7_adabelief" -> PaperProgram.ADABELIEF;
      case "hero_program8_raw" -> PaperProgram.RAW;
      default -> throw new IllegalArgumentException(golden.get("name").asString());
    };
  }

  /** All numbers below a node, in order. */
  public static double[] numbers(JsonNode node) {
    List<Double> all = new ArrayList<>();
    collect(node, all);
    return all.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** All integers below a node, in order. */
  public static List<Integer> integers(JsonNode node) {
    return java.util.Arrays.stream(numbers(node)).mapToObj(x -> (int) x).toList();
  }

  private static void collect(JsonNode node, List<Double> all) {
    if (node.isNumber()) {
      all.add(node.asDouble());
    }
    node.forEach(child -> collect(child, all));
  }
}
