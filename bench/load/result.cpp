#include "bench/load/result.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <type_traits>
#include <utility>

namespace parley::bench {

namespace {

using writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

constexpr std::array quantiles{std::pair{"p50", 0.5}, std::pair{"p90", 0.9},
                               std::pair{"p99", 0.99},
                               std::pair{"p99.9", 0.999}};

void add_latencies(std::vector<metric>& out, const std::string& name,
                   const histogram& of) {
  if (of.count() == 0)
    return;
  for (const auto& [text, quantile] : quantiles)
    out.push_back({fmt::format("{} {}", name, text),
                   static_cast<double>(of.at(quantile)), "µs"});
  out.push_back({name + " max", static_cast<double>(of.max()), "µs"});
}

double to_double(std::uint64_t value) {
  return static_cast<double>(value);
}

void add_rates(std::vector<metric>& out, const run_result& of) {
  auto acknowledged = to_double(of.measured_of(count::acknowledged));
  auto delivered = to_double(of.measured_of(count::delivered));
  auto server = static_cast<double>(of.server_cpu_us);
  auto own = static_cast<double>(of.own_cpu_us);
  if (acknowledged > 0) {
    out.push_back(
      {"acknowledged a second", acknowledged / of.seconds, "", true});
    out.push_back({"delivered a second", delivered / of.seconds, "", true});
  }
  if (acknowledged > 0 && server > 0) {
    out.push_back({"server CPU a message", server / acknowledged, "µs"});
    out.push_back(
      {"messages a server CPU second", acknowledged / server * 1e6, "", true});
    out.push_back({"server CPU a delivery", server / delivered, "µs"});
  }
  if (acknowledged > 0)
    out.push_back({"own CPU a message", own / acknowledged, "µs"});
  auto calls = to_double(of.measured_of(count::calls));
  if (calls > 0)
    out.push_back({"other calls a second", calls / of.seconds, "", true});
  if (calls > 0 && acknowledged == 0 && server > 0)
    out.push_back({"server CPU a call", server / calls, "µs"});
  out.push_back({"server CPU", server / 1e6 / of.seconds * 100, "% of a core"});
}

void add_sessions(std::vector<metric>& out, const run_result& of) {
  auto sessions = static_cast<double>(of.opts.sessions);
  if (of.set_up_seconds > 0)
    out.push_back(
      {"first connects a second", sessions / of.set_up_seconds, "", true});
  if (of.back_seconds > 0) {
    out.push_back({"all back after", of.back_seconds, "s"});
    out.push_back({"back a second",
                   to_double(of.back.count()) / of.back_seconds, "", true});
  }
  if (of.opts.workload == "idle") {
    out.push_back(
      {"process memory a session", of.process_bytes_a_session / 1024, "KiB"});
    out.push_back(
      {"kernel memory a session", of.kernel_bytes_a_session / 1024, "KiB"});
  }
  double resident = 0;
  for (const auto& one : of.servers)
    resident += static_cast<double>(one.resident_bytes);
  out.push_back({"server memory", resident / 1024 / 1024, "MiB"});
}

void write_key(writer& to, std::string_view text) {
  to.Key(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write(writer& to, std::string_view value) {
  to.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

template <class Value>
requires std::is_arithmetic_v<Value>
void write(writer& to, Value value) {
  if constexpr (std::is_same_v<Value, bool>)
    to.Bool(value);
  else if constexpr (std::is_floating_point_v<Value>)
    to.Double(value);
  else if constexpr (std::is_signed_v<Value>)
    to.Int64(value);
  else
    to.Uint64(value);
}

/// `one(element)` writes each.
void write_list(writer& to, const auto& values, const auto& one) {
  to.StartArray();
  for (const auto& each : values)
    one(each);
  to.EndArray();
}

void write_member(writer& to, std::string_view name, const auto& value) {
  write_key(to, name);
  write(to, value);
}

struct option_writer {
  writer& to;

  void operator()(const char* name, const auto& value, const char*) const {
    write_member(to, name, value);
  }
  template <class Element>
  void operator()(const char* name, const std::vector<Element>& values,
                  const char*) const {
    to.Key(name);
    write_list(to, values, [&](const auto& each) { write(to, each); });
  }
};

void write_metrics(writer& to, const run_result& of) {
  to.Key("metrics");
  write_list(to, metrics_of(of), [&](const metric& one) {
    to.StartObject();
    write_member(to, "name", one.name);
    write_member(to, "value", one.value);
    write_member(to, "unit", one.unit);
    write_member(to, "more_is_better", one.more_is_better);
    to.EndObject();
  });
}

void write_counts(writer& to, const char* key,
                  const std::array<std::uint64_t, counts>& of) {
  to.Key(key);
  to.StartObject();
  for (std::size_t i = 0; i < counts; ++i)
    write_member(to, name_of(static_cast<count>(i)), of[i]);
  to.EndObject();
}

void write_moments(writer& to, const std::vector<moment>& of) {
  to.Key("moments");
  write_list(to, of, [&](const moment& one) {
    to.StartObject();
    write_member(to, "seconds", one.seconds);
    write_member(to, "acknowledged_per_s", one.acknowledged_per_s);
    write_member(to, "delivered_per_s", one.delivered_per_s);
    write_member(to, "p50_us", one.p50_us);
    write_member(to, "p99_us", one.p99_us);
    write_member(to, "max_us", one.max_us);
    write_member(to, "server_cores", one.server_cores);
    write_member(to, "sessions", one.sessions);
    to.EndObject();
  });
}

void write_servers(writer& to, const std::vector<server_use>& of) {
  to.Key("servers");
  write_list(to, of, [&](const server_use& one) {
    to.StartObject();
    write_member(to, "pid", one.pid);
    write_member(to, "name", one.name);
    write_member(to, "cpu_us", one.cpu_us);
    write_member(to, "resident_bytes", one.resident_bytes);
    to.EndObject();
  });
}

void write_run(writer& to, run_result of) {
  to.StartObject();
  write_member(to, "name", of.name);
  write_member(to, "workload", of.opts.workload);
  write_member(to, "at", of.at);
  write_member(to, "host", of.host);
  write_member(to, "seconds", of.seconds);
  write_member(to, "correct", is_correct(of));
  to.Key("options");
  to.StartObject();
  for_each_option(of.opts, option_writer{to});
  to.EndObject();
  write_metrics(to, of);
  write_counts(to, "total", of.total);
  write_counts(to, "measured", of.measured);
  write_servers(to, of.servers);
  write_moments(to, of.moments);
  to.Key("warnings");
  write_list(to, of.warnings, [&](const auto& each) { write(to, each); });
  to.EndObject();
}

error no_result() {
  return {errc::parse_error, "is no file that parley-bench --json wrote"};
}

} // namespace

std::vector<metric> metrics_of(const run_result& what) {
  std::vector<metric> out;
  add_rates(out, what);
  add_latencies(out, "acknowledged", what.acknowledged);
  add_latencies(out, "delivered", what.delivered);
  add_latencies(out, "call", what.calls);
  add_latencies(out, "back", what.back);
  add_sessions(out, what);
  return out;
}

bool is_correct(const run_result& what) {
  for (auto wrong : {count::duplicates, count::order_errors, count::lost,
                     count::missing, count::wrong})
    if (what.total_of(wrong) != 0)
      return false;
  return true;
}

std::string to_json(const std::vector<run_result>& runs) {
  rapidjson::StringBuffer out;
  writer to{out};
  to.SetMaxDecimalPlaces(3);
  to.StartObject();
  to.Key("runs");
  to.StartArray();
  for (const auto& one : runs)
    write_run(to, one);
  to.EndArray();
  to.EndObject();
  return std::string{out.GetString(), out.GetSize()} + "\n";
}

result<std::vector<named_metrics>> read_metrics(const std::string& json) {
  rapidjson::Document in;
  in.Parse(json.data(), json.size());
  if (in.HasParseError() || !in.IsObject() || !in.HasMember("runs")
      || !in["runs"].IsArray())
    return no_result();
  std::vector<named_metrics> out;
  for (const auto& run : in["runs"].GetArray()) {
    if (!run.IsObject() || !run.HasMember("name") || !run["name"].IsString()
        || !run.HasMember("metrics") || !run["metrics"].IsArray())
      return no_result();
    named_metrics one{run["name"].GetString()};
    for (const auto& from : run["metrics"].GetArray()) {
      if (!from.IsObject() || !from.HasMember("name")
          || !from["name"].IsString() || !from.HasMember("value")
          || !from["value"].IsNumber() || !from.HasMember("unit")
          || !from["unit"].IsString() || !from.HasMember("more_is_better")
          || !from["more_is_better"].IsBool())
        return no_result();
      one.metrics.push_back(
        {from["name"].GetString(), from["value"].GetDouble(),
         from["unit"].GetString(), from["more_is_better"].GetBool()});
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::vector<named_metrics> medians(const std::vector<named_metrics>& of) {
  std::vector<named_metrics> out;
  std::map<std::pair<std::string, std::string>, std::vector<double>> values;
  for (const auto& run : of) {
    auto same = [&](const named_metrics& one) { return one.run == run.run; };
    if (std::none_of(out.begin(), out.end(), same))
      out.push_back(run);
    for (const auto& one : run.metrics)
      values[{run.run, one.name}].push_back(one.value);
  }
  for (auto& run : out)
    for (auto& one : run.metrics) {
      auto& all = values[{run.run, one.name}];
      auto middle = all.begin() + static_cast<long>((all.size() - 1) / 2);
      std::nth_element(all.begin(), middle, all.end());
      one.value = *middle;
    }
  return out;
}

} // namespace parley::bench
