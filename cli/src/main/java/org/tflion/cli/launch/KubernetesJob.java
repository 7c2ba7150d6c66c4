package org.tflion.cli.launch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tflion.Require;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * A run as objects of Kubernetes: a policy that keeps others from the workers' ports, a service
 * that gives the pods names, and an indexed job whose pod 0 is the run and whose other pods are its
 * workers.
 *
 * <p>Needs Kubernetes 1.31 or newer, by which the job is over when the run is. A pod that is gone
 * comes back under its name; the run goes on from its newest checkpoint.
 *
 * @param name of all objects; a DNS label
 * @param image with {@code tflion} on its PATH
 * @param claim persistent volume claim that all pods can write, at {@code /runs}
 * @param workers number of them; 1 or more
 * @param port on which they listen
 * @param restarts failed pods after which the job is given up; 0 or more
 */
public record KubernetesJob(
    String name, String image, String claim, int workers, int port, int restarts) {

  /** Where the claim is mounted. */
  public static final String MOUNT = "/runs";

  private static final String LABEL = "app.kubernetes.io/name";
  private static final String CONTAINER = "tflion";
  private static final String LABEL_OF_DNS = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";

  /** Names of pods, the job's and an index, have 63 characters at most. */
  private static final int LONGEST_NAME = 55;

  private static final int MOST_PORT = 65_535;
  private static final int WRONG_USAGE = 2;
  private static final int STOPPED_AFTER_SAVING = 75;
  private static final int SECONDS_TO_SAVE = 300;

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLWriteFeature.LITERAL_BLOCK_STYLE)
          .build();

  /** {@code RUN} is the run's folder; the arguments are those of tflion. */
  private static final String SCRIPT =
      """
      if [ "$JOB_COMPLETION_INDEX" != 0 ]; then
        exec tflion worker --listen "$ADDRESS" --insecure-network
      fi
      if [ -e "$RUN/checkpoints/latest" ]; then
        set -- "$@" --resume
      fi
      exec tflion "$@"
      """;

  public KubernetesJob {
    Require.that(
        name.matches(LABEL_OF_DNS) && name.length() <= LONGEST_NAME,
        "--name must be of a-z, 0-9 and -, and have " + LONGEST_NAME + " characters at most",
        name);
    Require.that(!image.isBlank(), "--image must name an image", image);
    Require.that(
        claim.matches(LABEL_OF_DNS + "(\\." + LABEL_OF_DNS + ")*"),
        "--claim must be the name of a persistent volume claim",
        claim);
    Require.that(workers > 0, "--workers must be 1 or more", workers);
    Require.that(port > 0 && port <= MOST_PORT, "--port must be from 1 to " + MOST_PORT, port);
    Require.that(restarts >= 0, "--restarts must be 0 or more", restarts);
  }

  /** By which the run reaches its workers, in pods 1 and up. */
  public List<String> addresses() {
    return IntStream.rangeClosed(1, workers)
        .mapToObj(i -> "%s-%d.%s:%d".formatted(name, i, name, port))
        .toList();
  }

  /**
   * The objects, as YAML documents.
   *
   * @param folder of the run, below the mount
   * @param command of tflion that trains
   */
  public String yaml(String folder, List<String> command) {
    Require.that(
        folder.startsWith(MOUNT + "/"),
        "--out must be below " + MOUNT + ", where the claim is",
        folder);
    StringBuilder documents = new StringBuilder();
    for (Map<String, Object> each : List.of(policy(), service(), job(folder, command))) {
      documents.append(YAML.writeValueAsString(each));
    }
    return documents.toString();
  }

  private Map<String, Object> policy() {
    Map<String, Object> own = fields("podSelector", fields("matchLabels", labels()));
    return object(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        fields(
            "podSelector",
            fields("matchLabels", labels()),
            "policyTypes",
            List.of("Ingress"),
            "ingress",
            List.of(
                fields(
                    "from",
                    List.of(own),
                    "ports",
                    List.of(fields("port", port, "protocol", "TCP"))))));
  }

  /** Without an address of its own, it only gives each pod a name, also before the pod is ready. */
  private Map<String, Object> service() {
    return object(
        "v1",
        "Service",
        fields(
            "clusterIP",
            "None",
            "publishNotReadyAddresses",
            true,
            "selector",
            labels(),
            "ports",
            List.of(fields("name", "grpc", "port", port, "protocol", "TCP"))));
  }

  private Map<String, Object> job(String folder, List<String> command) {
    Map<String, Object> template =
        fields("metadata", fields("labels", labels()), "spec", pod(folder, command));
    return object(
        "batch/v1",
        "Job",
        fields(
            "completionMode",
            "Indexed",
            "completions",
            workers + 1,
            "parallelism",
            workers + 1,
            "backoffLimit",
            restarts,
            "successPolicy",
            fields("rules", List.of(fields("succeededIndexes", "0"))),
            "podFailurePolicy",
            fields(
                "rules",
                List.of(
                    onExit("FailJob", WRONG_USAGE),
                    onExit("Ignore", STOPPED_AFTER_SAVING),
                    fields(
                        "action",
                        "Ignore",
                        "onPodConditions",
                        List.of(fields("type", "DisruptionTarget", "status", "True"))))),
            "template",
            template));
  }

  private static Map<String, Object> onExit(String action, int code) {
    return fields(
        "action",
        action,
        "onExitCodes",
        fields("containerName", CONTAINER, "operator", "In", "values", List.of(code)));
  }

  private Map<String, Object> pod(String folder, List<String> command) {
    Map<String, Object> container =
        fields(
            "name",
            CONTAINER,
            "image",
            image,
            "command",
            List.of("/bin/sh", "-c", SCRIPT, "tflion"),
            "args",
            command,
            "env",
            environment(folder),
            "ports",
            List.of(fields("containerPort", port)),
            "securityContext",
            fields("allowPrivilegeEscalation", false),
            "volumeMounts",
            List.of(fields("name", "runs", "mountPath", MOUNT)));
    return fields(
        "restartPolicy",
        "Never",
        "subdomain",
        name,
        "automountServiceAccountToken",
        false,
        "terminationGracePeriodSeconds",
        SECONDS_TO_SAVE,
        "containers",
        List.of(container),
        "volumes",
        List.of(fields("name", "runs", "persistentVolumeClaim", fields("claimName", claim))));
  }

  private List<Object> environment(String folder) {
    Map<String, Object> index =
        fields(
            "fieldRef",
            fields("fieldPath", "metadata.labels['batch.kubernetes.io/job-completion-index']"));
    return List.of(
        fields("name", "RUN", "value", folder),
        fields("name", "INDEX", "valueFrom", index),
        fields("name", "ADDRESS", "value", "%s-$(INDEX).%s:%d".formatted(name, name, port)));
  }

  private Map<String, String> labels() {
    return Map.of(LABEL, name);
  }

  private Map<String, Object> object(String version, String kind, Map<String, Object> spec) {
    return fields(
        "apiVersion",
        version,
        "kind",
        kind,
        "metadata",
        fields("name", name, "labels", labels()),
        "spec",
        spec);
  }

  /** Names and values in turn, in their order. */
  private static Map<String, Object> fields(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }
}
