package dev.heed.safety.drift;

import dev.heed.safety.screening.Role;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How far the scores of the last texts have moved from a reference: people, the model or the
 * classifier have changed. Old texts fade, so that about the last {@value #MEMORY} count.
 */
public final class ScoreDrift {

  /** Texts of a role whose weight adds up to all there is: each fades by 1/MEMORY per text. */
  public static final int MEMORY = 2000;

  /** Fewer texts than this say nothing. */
  public static final int ENOUGH = 200;

  private final ScoreReference reference;
  private final Map<Role, Map<String, double[]>> recent = new EnumMap<>(Role.class);
  private final Map<Role, Long> texts = new EnumMap<>(Role.class);

  public ScoreDrift(ScoreReference reference) {
    this.reference = reference;
    for (Role role : Role.values()) {
      Map<String, double[]> own = new TreeMap<>();
      reference.of(role).keySet().forEach(name -> own.put(name, new double[ScoreBins.COUNT]));
      recent.put(role, own);
      texts.put(role, 0L);
    }
  }

  /** What is watched of a role. */
  public Set<String> categories(Role role) {
    return recent.get(role).keySet();
  }

  /** Counts the scores of one text; categories without reference are not watched. */
  public synchronized void add(Role role, Map<String, Double> scores) {
    texts.merge(role, 1L, Long::sum);
    recent
        .get(role)
        .forEach(
            (category, bins) -> {
              for (int i = 0; i < bins.length; i++) {
                bins[i] *= 1 - 1.0 / MEMORY;
              }
              bins[ScoreBins.of(scores.getOrDefault(category, 0.0))]++;
            });
  }

  /** The population stability index of a category; NaN while too few texts were seen. */
  public synchronized double of(Role role, String category) {
    double[] now = recent.get(role).get(category);
    return now == null || texts.get(role) < ENOUGH
        ? Double.NaN
        : ScoreBins.stability(reference.of(role).get(category), now);
  }
}
