package dev.heed.trust.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.trust.reliability.Belief;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code heed trust}: the service's filter over a stream of ratings, one pass. */
@Command(
    name = "trust",
    description = {
      "Reads ratings as JSON Lines, writes each with the probability that it is right.",
      "in:  {\"user\",\"item\",\"label\",\"prior\":p|{label:p}|null}",
      "out: {\"user\",\"item\",\"p_right\",\"weight\",\"reliability\"}; a revision is a later line"
    })
final class TrustCommand implements Callable<Integer> {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @Option(names = "--explain", description = "Add the evidence, in log-odds of label 1.")
  boolean explain;

  @Override
  public Integer call() throws IOException {
    Ratings ratings = new Ratings();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    long number = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        for (Ratings.Outcome outcome : ratings.take(JSON.readTree(line))) {
          out.write(json(outcome).toString());
          out.newLine();
        }
      } catch (JsonProcessingException e) {
        out.flush();
        System.err.println("heed trust: line " + number + " is no JSON object");
        return 1;
      } catch (IllegalArgumentException e) {
        out.flush();
        System.err.println("heed trust: line " + number + ": " + e.getMessage());
        return 1;
      }
      if (!in.ready()) {
        out.flush();
      }
    }
    out.flush();
    return 0;
  }

  private ObjectNode json(Ratings.Outcome outcome) {
    ObjectNode node = JSON.createObjectNode();
    node.set("user", outcome.user());
    node.set("item", outcome.item());
    node.put("p_right", round(outcome.pRight())).put("weight", round(2 * outcome.pRight() - 1));
    node.put("reliability", round(outcome.reliability()));
    List<Belief> evidence = outcome.belief().stream().toList();
    if (explain && !evidence.isEmpty()) {
      Belief belief = evidence.getFirst();
      ObjectNode why = node.putObject("evidence");
      why.put("prior", round(belief.priorLogOdds())).put("crowd", round(belief.crowdLogOdds()));
      why.put("history", round(belief.historyLogOdds()));
      why.put("reliability_sd", round(belief.reliabilitySd())).put("revision", belief.revision());
    }
    return node;
  }

  private static double round(double value) {
    return Math.round(value * 1e6) / 1e6;
  }

  /** A field that must be there. */
  static JsonNode required(JsonNode event, String name) {
    JsonNode value = event.path(name);
    if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
      throw new IllegalArgumentException(name + " must be a string or a number");
    }
    return value;
  }
}
