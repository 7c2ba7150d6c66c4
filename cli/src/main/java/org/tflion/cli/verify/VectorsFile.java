package org.tflion.cli.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.exceptions.TensorFlowException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Reads reference vectors and checks every case of them that it knows. */
public final class VectorsFile {

  private final List<VectorCase> cases = new ArrayList<>();

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it is missing, is no JSON, or holds no cases
   */
  public VectorsFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("--vectors must be a file (got " + file + ")");
    }
    JsonNode all;
    try {
      all = new ObjectMapper().readTree(file.toFile());
    } catch (JacksonException e) {
      throw new IllegalArgumentException("--vectors must be JSON (got " + file + ")", e);
    }
    all.path("cases").forEach(node -> cases.add(new VectorCase(node)));
    if (cases.isEmpty()) {
      throw new IllegalArgumentException(
          "--vectors must hold an array 'cases' (got " + file + ", which has none)");
    }
  }

  /** The names of all cases. */
  public List<String> names() {
    return cases.stream().map(VectorCase::name).toList();
  }

  /** Checks the cases of one name; a case that is not known is an outcome of its own. */
  public List<Outcome> check(String name) {
    List<Outcome> outcomes = new ArrayList<>();
    for (VectorCase vectors : cases) {
      if (vectors.name().equals(name)) {
        outcomes.addAll(checked(vectors));
      }
    }
    return outcomes;
  }

  /** Numbers that do not fit together fail where they are used: in arrays, or in TensorFlow. */
  private static List<Outcome> checked(VectorCase vectors) {
    try {
      return check(vectors);
    } catch (IndexOutOfBoundsException
        | NegativeArraySizeException
        | ArithmeticException
        | TensorFlowException e) {
      throw new IllegalArgumentException(
          "vectors: case "
              + vectors.name()
              + " must hold numbers whose shapes fit together (got some that do not)",
          e);
    }
  }

  private static List<Outcome> check(VectorCase vectors) {
    List<Outcome> outcomes = new ArrayList<>();
    ScheduleCheck.of(vectors).forEach(check -> outcomes.addAll(check.outcomes()));
    if (vectors.name().startsWith(ClipCheck.NAME)) {
      outcomes.addAll(new ClipCheck(vectors).outcomes());
    }
    if (vectors.name().startsWith(SlotCheck.NAME)) {
      outcomes.addAll(new SlotCheck(vectors).outcomes());
    }
    SparseCheck.of(vectors).ifPresent(check -> outcomes.addAll(check.outcomes()));
    Subject.of(vectors).ifPresent(s -> outcomes.addAll(new OptimizerCheck(vectors, s).outcomes()));
    return outcomes.isEmpty() ? List.of(Outcome.unknown(vectors.name())) : outcomes;
  }
}
