#!/usr/bin/env python3
"""Writes Grafana's dashboards (dashboards/*.json) and the Prometheus operator's frame of the rules (rules.yaml).

    python3 make.py            write
    python3 make.py --check    exit 1 when a written file differs (DashboardsTest runs this)
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
W = "[$__rate_interval]"


def quantile(q, metric, by=""):
    return f"histogram_quantile({q}, sum by (le{by}) (rate({metric}_seconds_bucket{W})))"


def rate(metric, by="", match=""):
    inner = f"rate({metric}{{{match}}}{W})" if match else f"rate({metric}{W})"
    return f"sum by ({by}) ({inner})" if by else f"sum({inner})"


# title -> (unit, [(query, legend)], what to make of it)
DASHBOARDS = {
    "chat": ("Heed: chat", "What people feel, and the SLOs.", {
        "Replies by how they end": ("ops", [(rate("heed_chat_replies_total", "kind"), "{{kind}}")], "failure spends the budget of 0.5 %; refusal and withdrawal are the filter at work."),
        "Failed share (SLO 0.5 %)": ("percentunit", [("heed:replies_bad:ratio_rate1h", "1 h"), ("heed:replies_bad:ratio_rate6h", "6 h")], "Budget over 30 days: 0.005."),
        "Filtered share": ("percentunit", [('sum(rate(heed_chat_replies_total{kind=~"refusal|withdrawal"}[5m])) / sum(rate(heed_chat_replies_total[5m]))', "filtered")], ""),
        "Time to first shown text": ("s", [(quantile(q, "heed_chat_time_to_first_text"), f"p{int(q * 100)}") for q in (0.5, 0.95, 0.99)], "SLO: 95 % within 2 s."),
        "First text later than 2 s (SLO 5 %)": ("percentunit", [("heed:first_text_slow:ratio_rate1h", "1 h"), ("heed:first_text_slow:ratio_rate6h", "6 h")], ""),
        "Whole reply": ("s", [(quantile(q, "heed_chat_reply_time"), f"p{int(q * 100)}") for q in (0.5, 0.95)], ""),
        "Under way": ("short", [("sum(heed_chat_replies_running)", "replies"), ("sum(heed_chat_streams_open)", "streams")], ""),
        "Turned away": ("ops", [(rate("heed_chat_rejected_total", "reason"), "{{reason}}")], "By the problem's slug. overloaded and unavailable spend the budget."),
        "People who left, readers too slow": ("ops", [(rate("heed_chat_people_left_total"), "left"), (rate("heed_chat_slow_readers_total"), "too slow")], ""),
        "Feedback accepted": ("ops", [(rate("heed_feedback_accepted_total", "kind"), "{{kind}}")], ""),
        "Thumbs": ("ops", [(rate("heed_feedback_thumbs_total", "label"), "{{label}}")], ""),
        "Feedback to Kafka's confirmation": ("s", [("histogram_quantile(0.99, sum by (le) (rate(heed_feedback_ack_seconds_bucket[5m])))", "p99")], ""),
    }),
    "inference": ("Heed: inference", "The engine; names as in vLLM.", {
        "Running and waiting": ("short", [("sum(heed_inference_num_requests_running)", "running"), ("sum(heed_inference_num_requests_waiting)", "waiting")], "Waiting above running for minutes: scale."),
        "Tokens per second": ("short", [(rate("heed_inference_generation_tokens_total"), "generated"), (rate("heed_inference_prompt_tokens_total"), "prompt")], ""),
        "Time to first token": ("s", [(quantile(q, "heed_inference_time_to_first_token"), f"p{int(q * 100)}") for q in (0.5, 0.95)], ""),
        "Between tokens": ("s", [(quantile(q, "heed_inference_inter_token_latency"), f"p{int(q * 100)}") for q in (0.5, 0.95)], ""),
        "Time in line": ("s", [(quantile(q, "heed_inference_request_queue_time"), f"p{int(q * 100)}") for q in (0.5, 0.95)], ""),
        "One decode step, one prefill chunk": ("s", [(quantile(0.5, "heed_inference_decode_step"), "decode p50"), (quantile(0.5, "heed_inference_prefill_chunk"), "prefill p50")], ""),
        "Prefix cache": ("percentunit", [("sum(rate(heed_inference_prefix_cache_hits_total[5m])) / sum(rate(heed_inference_prefix_cache_queries_total[5m]))", "hits"), ("max(heed_inference_kv_cache_usage_perc)", "KV cache used")], ""),
        "Ends": ("ops", [(rate("heed_inference_request_success_total", "finished_reason"), "{{finished_reason}}")], ""),
        "Refused": ("ops", [(rate("heed_inference_refused_total", "reason"), "{{reason}}")], ""),
        "Preemptions": ("ops", [(rate("heed_inference_num_preemptions_total"), "handed over")], "Begun replies that another pod writes again; only a stopping pod takes a slot away."),
        "Adapters": ("short", [("max(heed_inference_adapters_loaded)", "loaded"), ("sum by (outcome) (increase(heed_inference_releases_total[15m]))", "{{outcome}}")], "other_hash, unreadable, unfit: a release that no pod uses."),
    }),
    "safety": ("Heed: safety", "What is screened, and what people think of it.", {
        "Shown without a verdict (must be 0)": ("short", [("max(heed_safety_tokens_shown_unscreened)", "tokens")], "Anything but 0 is an incident."),
        "Verdicts": ("ops", [(rate("heed_safety_verdicts_total", "role, action"), "{{role}} {{action}}")], ""),
        "Cause of what is not allowed": ("ops", [(rate("heed_safety_verdicts_total", "category, source", 'action!="allow"'), "{{category}} by {{source}}")], ""),
        "Refusals and withdrawals": ("ops", [(rate("heed_safety_refusals_total", "role"), "refused ({{role}})"), (rate("heed_safety_withdrawals_total"), "withdrawn")], ""),
        "Hold of a chunk": ("s", [(quantile(q, "heed_safety_hold"), f"p{int(q * 100)}") for q in (0.5, 0.95, 0.99)], "What screening adds to each chunk."),
        "One rating by the classifier": ("s", [(quantile(q, "heed_safety_classifier"), f"p{int(q * 100)}") for q in (0.5, 0.95)], ""),
        "Classifier failures": ("ops", [(rate("heed_safety_classifier_failures_total", "reason"), "{{reason}}")], "Closed: what cannot be judged is refused or withdrawn."),
        "Ratings from the cache": ("ops", [(rate("heed_safety_cache_hits_total"), "hits")], ""),
        "Chunks dropped": ("ops", [(rate("heed_safety_dropped_total", "reason"), "{{reason}}")], "Duplicates and old attempts after a crash."),
        "Filters contested": ("percentunit", [('sum(rate(heed_feedback_accepted_total{kind="contest_filter"}[6h])) / sum(rate(heed_chat_replies_total{kind=~"refusal|withdrawal"}[6h]))', "of filtered replies")], ""),
        "Filters contested, by category": ("ops", [(rate("heed_feedback_contested_total", "category", 'label="disagree"'), "{{category}}")], "Each is also a question to reviewers. Where most of it comes from, a threshold or phrase is wrong."),
        "Scores that moved (PSI)": ("short", [("max by (role, category) (heed_safety_score_psi)", "{{role}} {{category}}")], "Against the reference beside the network: below .1 nothing, above .25 something moved."),
        "Slowed, asked, handed to people": ("ops", [(rate("heed_safety_verdicts_total", "role, action", 'action=~"slow|ask|hand_over"'), "{{role}} {{action}}"), (rate("heed_safety_slowed_total"), "turns kept back, caution included")], ""),
        "Personal data marked": ("ops", [(rate("heed_safety_pii_total", "role, kind"), "{{role}} {{kind}}")], "Marks only; scrubbed before anything is kept for learning."),
        "Policy reloads": ("short", [("sum by (outcome) (increase(heed_safety_policy_reloads_total[1h]))", "{{outcome}}")], "rejected: the log names the line; the last good version stays."),
        "Replies called rude": ("percentunit", [('sum(rate(heed_feedback_reasons_total{reason="RUDE"}[6h])) / sum(rate(heed_feedback_thumbs_total[6h]))', "of rated replies")], ""),
    }),
    "trust": ("Heed: trust and learning", "Whom to believe, and what is learnt from.", {
        "Feedback weighed": ("ops", [(rate("heed_trust_feedback_total", "kind"), "{{kind}}")], ""),
        "Probability that a label is right": ("percentunit", [(f"histogram_quantile({q}, sum by (le) (rate(heed_trust_p_right_bucket[15m])))", f"p{int(q * 100)}") for q in (0.1, 0.5, 0.9)], "A drop of p10 is what an attack looks like."),
        "Mean weight given": ("percentunit", [("sum(rate(heed_trust_p_right_sum[15m])) / sum(rate(heed_trust_p_right_count[15m]))", "mean")], ""),
        "More likely wrong than right": ("percentunit", [('sum(rate(heed_trust_p_right_bucket{le="0.5"}[15m])) / sum(rate(heed_trust_p_right_count[15m]))', "of labels")], ""),
        "People by standing": ("short", [("sum by (standing) (heed_trust_people)", "{{standing}}")], "doubted: reliability below .5; trusted: from .7 on."),
        "Share of trolls": ("percentunit", [('sum(heed_trust_people{standing="doubted"}) / sum(heed_trust_people)', "doubted people")], "Of all people with a score."),
        "Drift of doubt": ("percentunit", [('sum(rate(heed_trust_p_right_bucket{le="0.5"}[1h])) / sum(rate(heed_trust_p_right_count[1h])) - sum(rate(heed_trust_p_right_bucket{le="0.5"}[1h] offset 1d)) / sum(rate(heed_trust_p_right_count[1h] offset 1d))', "against a day ago")], "Above zero: more labels are likely wrong than at this hour yesterday."),
        "Sybil alarms": ("short", [("sum(heed_trust_doubted_groups)", "doubted groups")], "Five people or more from one place who are less right than wrong together."),
        "Revised, retracted, repeated": ("ops", [(rate("heed_trust_revisions_total"), "revised"), (rate("heed_trust_retractions_total"), "retracted"), (rate("heed_trust_duplicates_total"), "repeated")], ""),
        "Weight given": ("short", [(rate("heed_trust_weight_total", "kind"), "{{kind}}")], "|2 p_right - 1|, summed: what learning gets to work with."),
        "Questions to reviewers": ("ops", [(rate("heed_trust_questions_total", "why"), "{{why}}")], "Within heed.trust.review.budget."),
        "Appeals, erasures": ("ops", [(rate("heed_trust_appeals_total"), "appeals"), (rate("heed_trust_erasures_total"), "erasures")], ""),
        "Data set rows": ("short", [("sum(heed_learning_dataset_rows)", "rows")], ""),
        "Data set bytes": ("bytes", [("sum(heed_learning_dataset_bytes)", "bytes")], ""),
        "Rows added": ("ops", [(rate("heed_learning_rows_total", "type"), "{{type}}")], ""),
        "Events that made no row": ("ops", [(rate("heed_learning_skipped_total", "reason"), "{{reason}}")], ""),
        "Taken out of texts": ("ops", [(rate("heed_learning_scrubbed_total", "finding"), "{{finding}}")], ""),
        "Behind": ("short", [("max(heed_learning_lag_records)", "records")], ""),
    }),
    "learning": ("Heed: learning", "Rounds, gates, canaries and the way back.", {
        "Rounds by how they end": ("short", [("sum by (state) (increase(heed_learning_rounds_total[1d]))", "{{state}}")], "held: a person must decide on /learning."),
        "Gates failed": ("short", [("sum by (gate) (increase(heed_learning_gates_failed_total[1d]))", "{{gate}}")], "Such a candidate is kept with its report and never served."),
        "Trainer": ("percentunit", [("max(heed_learning_trainer_step) / max(heed_learning_trainer_steps)", "done")], ""),
        "New weight": ("short", [("max(heed_learning_new_weight)", "sum of |weight|")], "Since the last data version; heed.learning.rounds.new-weight starts a round."),
        "Canary's share": ("percentunit", [("max(heed_learning_canary_share)", "of people")], ""),
        "Releases by stage": ("short", [("sum by (stage) (increase(heed_learning_releases_total[1d]))", "{{stage}}")], "A withdrawal by itself means that the canary was worse."),
        "Rollback": ("s", [("histogram_quantile(0.99, sum by (le) (rate(heed_learning_rollback_seconds_bucket[1d])))", "p99")], "From the event that tipped the test to the withdrawal in the topic; bound: 10 s."),
    }),
    "kafka": ("Heed: Kafka and the JVMs", "Lag, rebalances, Streams, memory.", {
        "Consumer lag": ("short", [('sum by (service, topic) (kafka_consumer_fetch_manager_records_lag{topic!~".*_.*"})', "{{service}} {{topic}}")], ""),
        "Records consumed": ("ops", [("sum by (service) (rate(kafka_consumer_fetch_manager_records_consumed_total[5m]))", "{{service}}")], ""),
        "Records sent": ("ops", [("sum by (service) (rate(kafka_producer_record_send_total[5m]))", "{{service}}")], ""),
        "Send errors": ("ops", [("sum by (service) (rate(kafka_producer_record_error_total[5m]))", "{{service}}")], ""),
        "Rebalances": ("short", [("sum by (service) (increase(kafka_consumer_coordinator_rebalance_total[15m]))", "{{service}}")], ""),
        "Streams threads alive": ("short", [("sum by (service) (kafka_stream_alive_stream_threads)", "{{service}}")], ""),
        "Streams threads died": ("short", [("sum by (service) (increase(kafka_stream_failed_stream_threads_total[15m]))", "{{service}}")], ""),
        "Records to dead letters": ("short", [("sum(increase(heed_chat_dead_letters_total[15m]))", "chat"), ("sum(increase(heed_safety_dead_letters_total[15m]))", "safety"), ("sum(increase(heed_inference_dead_letters_total[15m]))", "inference"), ("sum(increase(heed_trust_dead_letters_total[15m]))", "trust"), ("sum(increase(heed_feedback_unreadable_records_total[15m]))", "feedback"), ("sum(increase(heed_learning_unreadable_records_total[15m]))", "learning")], ""),
        "Heap used": ("bytes", [('sum by (service) (jvm_memory_used_bytes{area="heap"})', "{{service}}")], ""),
        "CPU": ("percentunit", [("max by (service) (process_cpu_usage)", "{{service}}")], ""),
        "Time in garbage collection": ("percentunit", [("sum by (service) (rate(jvm_gc_pause_seconds_sum[5m]))", "{{service}}")], ""),
    }),
}


def dashboard(uid, title, about, panels):
    out = []
    for i, (name, (unit, queries, help_text)) in enumerate(panels.items()):
        out.append({
            "id": i + 1, "type": "timeseries", "title": name, "description": help_text,
            "datasource": {"type": "prometheus", "uid": "${datasource}"},
            "gridPos": {"x": 8 * (i % 3), "y": 8 * (i // 3), "w": 8, "h": 8},
            "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
            "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
            "targets": [
                {"refId": chr(65 + n), "expr": expr, "legendFormat": legend, "datasource": {"type": "prometheus", "uid": "${datasource}"}}
                for n, (expr, legend) in enumerate(queries)
            ],
        })
    return {
        "uid": "heed-" + uid, "title": title, "description": about, "tags": ["heed"], "schemaVersion": 41, "version": 1,
        "editable": True, "refresh": "30s", "time": {"from": "now-1h", "to": "now"}, "timezone": "browser", "panels": out,
        "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]},
    }


def files():
    for uid, (title, about, panels) in DASHBOARDS.items():
        yield HERE / "dashboards" / f"{uid}.json", json.dumps(dashboard(uid, title, about, panels), indent=1) + "\n"
    rules = (HERE / "rules/heed.yaml").read_text()
    groups = rules[rules.index("groups:"):]
    frame = (
        "# Written by make.py from rules/heed.yaml.\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n"
        "metadata:\n  name: heed\n  labels: {app: heed}\nspec:\n"
    )
    yield HERE / "rules.yaml", frame + "".join("  " + line if line.strip() else line for line in groups.splitlines(keepends=True))


if __name__ == "__main__":
    stale = []
    for path, text in files():
        if sys.argv[1:] == ["--check"]:
            if not path.exists() or path.read_text() != text:
                stale.append(path.name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
    if stale:
        sys.exit("out of date: " + ", ".join(stale) + "; run k8s/monitoring/make.py")
