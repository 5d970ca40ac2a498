package dev.heed.safety.classifier;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.heed.safety.screening.Categories;
import dev.heed.safety.screening.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * classifier.json: how the network is fed and how its logits become scores.
 *
 * @param format 1
 * @param version named in every verdict
 * @param sha256 by file name
 * @param maxLength tokens of one window, everything included
 * @param contextTurns texts of the conversation that are read, the last ones
 * @param contextTokens tokens of them that are read, the last ones
 * @param overlap tokens that neighbouring windows share
 * @param cls id of the first token
 * @param sep id between the two segments and at the end
 * @param heads what the outputs mean
 * @param unsafe by role: the heads whose maximum is the overall score
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ClassifierSpec(
    int format,
    String version,
    Map<String, String> sha256,
    @JsonProperty("max_length") int maxLength,
    @JsonProperty("context_turns") int contextTurns,
    @JsonProperty("context_tokens") int contextTokens,
    int overlap,
    int cls,
    int sep,
    List<Head> heads,
    Map<String, List<String>> unsafe) {

  private static final int MAX_LENGTH = 512;

  /**
   * One score: {@code sigmoid(a * logits[output] + b)}, .5 where the default policy acts.
   *
   * @param roles whose texts it judges
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Head(String name, int output, double a, double b, List<String> roles) {

    double score(float logit) {
      return 1 / (1 + Math.exp(-(a * logit + b)));
    }
  }

  ClassifierSpec {
    require(format == 1, "format must be 1");
    require(version != null && !version.isBlank(), "version is missing");
    require(sha256 != null, "sha256 is missing");
    require(heads != null && !heads.isEmpty(), "heads is missing");
    require(unsafe != null, "unsafe is missing");
    require(maxLength > 0 && maxLength <= MAX_LENGTH, "max_length must be in 1 .. " + MAX_LENGTH);
    require(contextTurns >= 0 && contextTokens >= 0, "context_* must not be negative");
    require(overlap > 0, "overlap must be positive");
    // Role, colon and special tokens take up to eight; each window must get on by one token at
    // least.
    require(maxLength - contextTokens - 8 > overlap, "max_length leaves no room for the text");
    for (Head head : heads) {
      require(Categories.isKnown(head.name()), "unknown head " + head.name());
      require(head.output() >= 0, "output of " + head.name() + " is negative");
      require(head.a() > 0 && Double.isFinite(head.b()), "a, b of " + head.name());
      require(head.roles() != null, "roles of " + head.name() + " are missing");
      head.roles().forEach(Role::of);
    }
    Set<String> names = heads.stream().map(Head::name).collect(Collectors.toSet());
    for (Role role : Role.values()) {
      List<String> own = unsafe.get(role.label());
      require(own != null && !own.isEmpty(), "unsafe." + role.label() + " is missing");
      require(names.containsAll(own), "unsafe." + role.label() + " names an unknown head");
    }
  }

  /** Outputs that the network must have. */
  int outputs() {
    return 1 + heads.stream().mapToInt(Head::output).max().orElseThrow();
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("classifier.json: " + problem);
    }
  }
}
