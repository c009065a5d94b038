#include "bench/load/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace parley::bench {

namespace {

constexpr double width = 760, panel_height = 210, margin_left = 70,
                 margin_top = 36, plot_height = 140,
                 plot_width = width - margin_left - 24;

struct point {
  double x = 0;
  double y = 0;
};

struct line {
  std::string_view name = {};
  std::string_view colour = {};
  std::vector<point> points = {};
};

constexpr std::string_view blue = "#2563eb", orange = "#d97706",
                           grey = "#6b7280";

/// Where on an axis a value is, from 0 to 1.
struct scale {
  double low = 0;
  double high = 1;
  bool is_log = false;

  double at(double value) const {
    if (is_log)
      return std::log(std::max(value, low) / low) / std::log(high / low);
    return (value - low) / (high - low);
  }
};

scale scale_of(const std::vector<line>& lines, bool is_log) {
  double low = 1e300, high = 0;
  for (const auto& one : lines)
    for (auto [x, y] : one.points) {
      if (y > 0)
        low = std::min(low, y);
      high = std::max(high, y);
    }
  if (high <= 0)
    return {0, 1, false};
  if (!is_log)
    return {0, high * 1.1, false};
  low = std::pow(10, std::floor(std::log10(low)));
  return {low, std::max(std::pow(10, std::ceil(std::log10(high))), low * 10),
          true};
}

std::vector<double> marks_of(const scale& of) {
  std::vector<double> out;
  if (of.is_log) {
    for (auto at = of.low; at <= of.high * 1.01; at *= 10)
      out.push_back(at);
    return out;
  }
  auto step = std::pow(10, std::floor(std::log10(of.high)));
  if (of.high / step < 2)
    step /= 5;
  else if (of.high / step < 5)
    step /= 2;
  for (double at = 0; at <= of.high; at += step)
    out.push_back(at);
  return out;
}

std::string label(double value, bool is_time) {
  if (is_time && value >= 1e6)
    return fmt::format("{:g} s", value / 1e6);
  if (is_time)
    return value >= 1000 ? fmt::format("{:g} ms", value / 1000)
                         : fmt::format("{:g} µs", value);
  return value >= 1000 ? fmt::format("{:g}k", value / 1000)
                       : fmt::format("{:g}", value);
}

struct panel {
  std::string title = {};
  std::vector<line> lines = {};
  bool is_latency = false;
  double x_max = 1;
  /// Where the x axis is marked, and with what.
  std::vector<std::pair<double, std::string>> x_marks = {};
};

std::string text(double x, double y, std::string_view anchor,
                 std::string_view what, std::string_view colour = grey) {
  return fmt::format(
    R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}" fill="{}">{}</text>)"
    "\n",
    x, y, anchor, colour, what);
}

std::string draw(const panel& what, double top) {
  auto y_scale = scale_of(what.lines, what.is_latency);
  auto x_of
    = [&](double x) { return margin_left + plot_width * x / what.x_max; };
  auto y_of = [&](double y) {
    return top + margin_top + plot_height * (1 - y_scale.at(y));
  };
  auto out = text(margin_left, top + 20, "start", what.title, "#111827");
  for (auto mark : marks_of(y_scale)) {
    out += fmt::format(R"(<path d="M{:.1f} {:.1f}h{:.1f}" stroke="#e5e7eb"/>)"
                       "\n",
                       margin_left, y_of(mark), plot_width);
    out += text(margin_left - 6, y_of(mark) + 4, "end",
                label(mark, what.is_latency));
  }
  for (const auto& [at, name] : what.x_marks)
    out += text(x_of(at), top + margin_top + plot_height + 16, "middle", name);
  auto legend = margin_left + plot_width;
  for (const auto& one : what.lines) {
    std::string path;
    for (auto [x, y] : one.points)
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x_of(x),
                          y_of(y));
    out += fmt::format(
      R"(<path d="{}" fill="none" stroke="{}" stroke-width="1.5"/>)"
      "\n",
      path, one.colour);
    out += text(legend, top + 20, "end", one.name, one.colour);
    legend -= 90;
  }
  return out;
}

std::vector<std::pair<double, std::string>> seconds_marks(double upto) {
  std::vector<std::pair<double, std::string>> out;
  auto step = std::max(1.0, std::ceil(upto / 10));
  for (double at = 0; at <= upto; at += step)
    out.emplace_back(at, fmt::format("{:g} s", at));
  return out;
}

line over_time(const run_result& of, std::string_view name,
               std::string_view colour, auto value) {
  line out{name, colour};
  for (const auto& one : of.moments)
    out.points.push_back({one.seconds, static_cast<double>(value(one))});
  return out;
}

// Percentiles as HdrHistogram draws them: each nine as wide as the other.
panel percentiles(const run_result& of) {
  constexpr double nines = 4;
  panel out{"latency by percentile", {}, true, nines};
  for (auto [name, colour, from] :
       {std::tuple{"acknowledged", blue, &of.acknowledged},
        std::tuple{"delivered", orange, &of.delivered},
        std::tuple{"call", grey, &of.calls}}) {
    if (from->count() == 0)
      continue;
    line one{name, colour};
    for (double nine = 0; nine <= nines; nine += 0.05)
      one.points.push_back(
        {nine, static_cast<double>(from->at(1 - std::pow(10, -nine)))});
    out.lines.push_back(std::move(one));
  }
  out.x_marks
    = {{0, "0"}, {1, "90 %"}, {2, "99 %"}, {3, "99.9 %"}, {4, "99.99 %"}};
  return out;
}

} // namespace

std::string plot(const run_result& what) {
  auto upto = what.moments.empty() ? 1.0 : what.moments.back().seconds;
  std::vector<panel> panels;
  panels.push_back(
    {what.name + ": messages a second",
     {over_time(what, "acknowledged", blue,
                [](const moment& m) { return m.acknowledged_per_s; }),
      over_time(what, "delivered", orange,
                [](const moment& m) { return m.delivered_per_s; })},
     false,
     upto,
     seconds_marks(upto)});
  panels.push_back(
    {"latency until acknowledged",
     {over_time(what, "p50", blue, [](const moment& m) { return m.p50_us; }),
      over_time(what, "p99", orange, [](const moment& m) { return m.p99_us; }),
      over_time(what, "max", grey, [](const moment& m) { return m.max_us; })},
     true,
     upto,
     seconds_marks(upto)});
  panels.push_back(percentiles(what));
  auto height = panel_height * static_cast<double>(panels.size());
  auto out = fmt::format(
    R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" )"
    R"(font-family="sans-serif" font-size="12">)"
    "\n"
    R"(<rect width="{}" height="{}" fill="#ffffff"/>)"
    "\n",
    width, height, width, height);
  double top = 0;
  for (const auto& one : panels) {
    out += draw(one, top);
    top += panel_height;
  }
  return out + "</svg>\n";
}

} // namespace parley::bench
