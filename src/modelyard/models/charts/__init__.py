"""Charts as Vega-Lite specs: bounded data, titles with split and n, no colours or fonts of their own."""
