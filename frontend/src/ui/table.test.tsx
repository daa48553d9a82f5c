import type { ColumnDef } from "@tanstack/react-table";
import { fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Table } from "./table";

type City = { name: string; people: number | null };

const columns: ColumnDef<City, unknown>[] = [
  { id: "name", header: "City", accessorFn: (city) => city.name, cell: ({ row }) => row.original.name },
  {
    id: "people",
    header: "People",
    accessorFn: (city) => city.people,
    cell: ({ row }) => row.original.people,
    meta: { isNumber: true },
  },
];
const cities: City[] = [
  { name: "Huế", people: 652 },
  { name: "Đà Nẵng", people: null },
  { name: "Hà Nội", people: 8435 },
];
const names = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("cell")[0]?.textContent);

test("a missing value is a dash, numbers stand at the right", () => {
  render(<Table label="Cities" rows={cities} columns={columns} />);
  const cell = within(screen.getByRole("row", { name: /Đà Nẵng/ }))
    .getByText("–")
    .closest("td");
  expect(cell?.className).toContain("text-right");
});

test("a click on a header sorts, and says so to whoever cannot see the arrow", async () => {
  render(<Table label="Cities" rows={cities} columns={columns} />);
  await userEvent.click(screen.getByRole("button", { name: "City" }));
  expect(screen.getByRole("columnheader", { name: "City" }).getAttribute("aria-sort")).toBe("ascending");
  const ascending = names();
  await userEvent.click(screen.getByRole("button", { name: "City" }));
  expect(names()).toEqual(ascending.reverse());
});

test("arrows walk the rows and Enter opens one", async () => {
  const onOpen = vi.fn();
  render(<Table label="Cities" rows={cities} columns={columns} onOpen={onOpen} canCopy={false} />);
  const rows = screen.getAllByRole("row").slice(1);
  rows[0]?.focus();
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(document.activeElement).toBe(rows[1]);
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(cities[1]);
});

test("the rows are copied as CSV, as they are sorted", async () => {
  userEvent.setup();
  render(<Table label="Cities" rows={cities} columns={columns} />);
  fireEvent.click(screen.getByRole("button", { name: "Copy Cities as CSV" }));
  await vi.waitFor(async () =>
    expect(await navigator.clipboard.readText()).toBe("City,People\r\nHuế,652\r\nĐà Nẵng,\r\nHà Nội,8435"),
  );
});

test("of thousands of rows only those in sight are in the page", () => {
  const rows = Array.from({ length: 5000 }, (_, i) => ({ name: `City ${i}`, people: i }));
  render(<Table label="Cities" rows={rows} columns={columns} />);
  expect(screen.getAllByRole("row").length).toBeLessThan(200);
  expect(screen.getByRole("table").getAttribute("aria-rowcount")).toBe("5001");
});
