package dev.heed.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes report.json and, for people, report.html: one file with its plots inside. */
final class Report {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String STYLE =
      """
      body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2733}
      table{border-collapse:collapse;margin:1rem 0}td,th{border-bottom:1px solid #d5dce3;padding:.3rem .8rem;text-align:left}
      .ok{color:#0a6b3d}.broken{color:#a3121f;font-weight:600}svg{width:100%;height:auto}
      """;

  private Report() {}

  /** Writes both files into a folder; returns the page. */
  static Path write(Result result, Path folder) throws IOException {
    Files.createDirectories(folder);
    JSON.writeValue(folder.resolve("report.json").toFile(), result.json());
    Path page = folder.resolve("report.html");
    Files.writeString(page, html(result));
    return page;
  }

  static String html(Result result) {
    StringBuilder out = new StringBuilder(20_000);
    out.append("<!doctype html><html lang=en><meta charset=utf-8><title>Heed under load</title>");
    out.append("<style>").append(STYLE).append("</style><h1>Heed under load</h1>");
    invariants(result, out);
    out.append("<h2>What people felt</h2>");
    out.append(Plots.distribution("Time to first text, ms", result.firstTexts()));
    out.append(Plots.distribution("Gap between two chunks, ms", result.gaps()));
    out.append("<h2>Over time</h2>").append(timeline(result));
    faults(result, out);
    memory(result, out);
    labels(result, out);
    out.append("<h2>Everything</h2><pre>")
        .append(escape(text(result.json())))
        .append("</pre></html>");
    return out.toString();
  }

  private static void invariants(Result result, StringBuilder out) {
    out.append("<h2>What must hold</h2><table><tr><th>invariant<th>checked<th>broken");
    for (Invariants.Finding finding : result.findings()) {
      out.append(
          "<tr><td>%s<td>%d<td class=%s>%s"
              .formatted(
                  escape(finding.name()),
                  finding.checked(),
                  finding.holds() ? "ok" : "broken",
                  finding.holds()
                      ? "none"
                      : finding.broken().size() + ": " + escape(finding.broken().getFirst())));
    }
    out.append("</table>");
  }

  private static String timeline(Result result) {
    Map<Integer, double[]> perBucket = new TreeMap<>();
    for (Ledger.Seen seen : result.seen()) {
      double[] counts = perBucket.computeIfAbsent((int) (seen.atSeconds() / 5), _ -> new double[2]);
      counts[seen.failed() ? 1 : 0]++;
    }
    List<double[]> rows = new ArrayList<>();
    int last = perBucket.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    for (int i = 0; i <= last; i++) {
      double[] counts = perBucket.getOrDefault(i, new double[2]);
      rows.add(new double[] {i * 5.0, counts[0] / 5, counts[1] / 5});
    }
    return Plots.timeline(
        "Replies per second that ended well (blue) and not (red)", rows, result.faults());
  }

  private static void faults(Result result, StringBuilder out) {
    if (result.faults().isEmpty()) {
      return;
    }
    out.append(
        "<table><tr><th>at, s<th>fault<th>what<th>all ready again after, s<th>longest wait, s"
            + "<th>turns under way<th>failed<th>answered/s before<th>during<th>after");
    for (Faults.Made fault : result.faults()) {
      Felt felt = Felt.of(fault, result.seen());
      out.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%.0f<td>%s<td>%s<td>%.1f<td>%.1f<td>%d<td>%d<td>%.2f<td>%.2f<td>%.2f",
              fault.atSeconds(),
              Faults.name(fault.fault()),
              fault.program(),
              fault.backAfterSeconds(),
              felt.longestWaitSeconds(),
              felt.open(),
              felt.failed(),
              felt.perSecondBefore(),
              felt.perSecondDuring(),
              felt.perSecondAfter()));
    }
    out.append("</table>");
  }

  private static void memory(Result result, StringBuilder out) {
    if (result.vitals().isEmpty()) {
      return;
    }
    out.append("<h2>The programs</h2>");
    Map<Double, Double> all = new TreeMap<>();
    result.vitals().forEach(v -> all.merge(v.atSeconds(), v.megabytes(), Double::sum));
    List<double[]> rows = new ArrayList<>();
    all.forEach((at, megabytes) -> rows.add(new double[] {at, megabytes, 0}));
    out.append(Plots.timeline("Resident memory of all programs, MB", rows, List.of()));
  }

  private static void labels(Result result, StringBuilder out) {
    out.append(
        "<h2>Whom Heed believed</h2><p>A label is wrong when it is not what the reply deserved by"
            + " construction.");
    out.append(
        "<table><tr><th>kind<th>right<th>wrong<th>wrong, but got weight<th>wrong share of weight");
    result.labels().forEach((kind, labels) -> row(kind.label(), labels, out));
    row("all", result.allLabels(), out);
    out.append("</table>");
  }

  private static void row(String name, Result.Labels labels, StringBuilder out) {
    out.append(
        String.format(
            Locale.ROOT,
            "<tr><td>%s<td>%d<td>%d<td>%d<td>%.3f",
            name,
            labels.right(),
            labels.wrong(),
            labels.wrongWithWeight(),
            labels.wrongShareOfWeight()));
  }

  private static String text(Map<String, Object> json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
