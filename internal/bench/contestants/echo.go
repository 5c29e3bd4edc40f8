package contestants

import (
	"net/http"

	"github.com/endpoints-frameworks/endpoints-go/internal/bench/arena"

	"github.com/labstack/echo/v4"
)

// echo: v4, plain structs, its binder and encoding/json.
func init() {
	arena.Register(arena.Contestant{Name: "echo", New: newEcho})
}

func echoErr(err error) error {
	e := backendError(err)
	return echo.NewHTTPError(e.Code.HTTP(), e.Msg)
}

func newEcho() http.Handler {
	e := echo.New()
	e.GET("/v1/shelves/:shelf/books/:book", func(c echo.Context) error {
		var in struct {
			Shelf    string `param:"shelf"`
			Book     int64  `param:"book"`
			View     string `query:"view"`
			Language string `query:"language"`
		}
		if err := c.Bind(&in); err != nil {
			return err
		}
		out, err := arena.GetBookStruct(in.Shelf, in.Book, in.View, in.Language)
		if err != nil {
			return echoErr(err)
		}
		return c.JSON(200, out)
	})
	e.GET("/v1/shelves/:shelf/books", func(c echo.Context) error {
		var in struct {
			Shelf    string `param:"shelf"`
			PageSize int32  `query:"page_size"`
		}
		if err := c.Bind(&in); err != nil {
			return err
		}
		out, err := arena.ListBooksStruct(in.Shelf, in.PageSize)
		if err != nil {
			return echoErr(err)
		}
		return c.JSON(200, out)
	})
	e.POST("/v1/shelves/:shelf/books", func(c echo.Context) error {
		var b arena.Book
		if err := (&echo.DefaultBinder{}).BindBody(c, &b); err != nil {
			return err
		}
		out, err := arena.CreateBookStruct(c.Param("shelf"), &b)
		if err != nil {
			return echoErr(err)
		}
		return c.JSON(200, out)
	})
	e.POST("/v1/imports", func(c echo.Context) error {
		var b arena.BookImport
		if err := (&echo.DefaultBinder{}).BindBody(c, &b); err != nil {
			return err
		}
		out, err := arena.ImportBooksStruct(&b)
		if err != nil {
			return echoErr(err)
		}
		return c.JSON(200, out)
	})
	return e
}
